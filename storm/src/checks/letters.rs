//! Letters: each arrived, at least once.

use std::collections::HashSet;

use anyhow::Result;
use testbed::Installation;

use super::Verdict;

pub(super) async fn check(installation: &Installation) -> Result<Vec<Verdict>> {
    let mut verdict = Verdict::of("every letter arrived at its reader, by one identity however often");
    let received = installation.mail_server.received();
    let arrived: HashSet<(String, String)> = received
        .iter()
        .map(|letter| {
            let id = letter.text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
            (letter.to.clone(), id.to_owned())
        })
        .collect();
    let written: Vec<(String, String, bool)> = sqlx::query_as(
        r#"SELECT email, '<payroll.' || business_day || '.' || account_id || '@localhost>', sent_at IS NOT NULL
           FROM accounting.letter JOIN accounting.account USING (account_id) JOIN auth."user" USING (user_id)"#,
    )
    .fetch_all(&installation.owner)
    .await?;
    for (email, id, is_sent) in &written {
        if !is_sent || !arrived.contains(&(email.clone(), id.clone())) {
            verdict.breaks(|| format!("{id} to {email}"));
        }
    }
    if arrived.len() != written.len() {
        verdict.breaks(|| format!("{} were written and {} arrived", written.len(), arrived.len()));
    }
    Ok(vec![verdict.having_counted(format!("{} letters, {} arrivals", written.len(), received.len()))])
}
