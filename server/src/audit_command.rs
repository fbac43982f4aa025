//! `ates audit`: whether the books are right, asked on the machine itself.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::Instant,
};

use anyhow::{Context as _, bail};
use app::audit::rule_sentence;
use contracts::{Locale, audit::Finding};
use platform::{config::Config, database::Database};

/// Checks everything and says rule by rule what it finds, as it goes. Books that are wrong are an error, which names the first difference.
pub(crate) async fn run(database: &Database, config: &Config) -> anyhow::Result<String> {
    let began = Instant::now();
    let told = |finding: &Finding| {
        // There is nobody left to tell when standard output is closed; the outcome still counts.
        let _ = io::stdout().write_all(line(finding).as_bytes());
    };
    let findings = audit::audit(database, config.bus.done_kept(), told).await.context("the books cannot be read")?;
    let broken: Vec<&Finding> = findings.iter().filter(|finding| !finding.holds()).collect();
    match broken.first() {
        None => Ok(format!("The books are right: {} rules, {:.1} s.\n", findings.len(), began.elapsed().as_secs_f32())),
        Some(Finding { rule, first, .. }) => bail!(
            "the books are wrong: {} of {} rules are broken. The first: {} ({})",
            broken.len(),
            findings.len(),
            rule_sentence(*rule, Locale::En),
            first.as_deref().unwrap_or("?")
        ),
    }
}

fn line(finding: &Finding) -> String {
    let Finding { rule, looked_at, breaches, first } = finding;
    let verdict = if finding.holds() { "holds " } else { "BROKEN" };
    let mut line = format!("{verdict}  {} ({looked_at} looked at)\n", rule_sentence(*rule, Locale::En));
    if let Some(first) = first {
        // Writing to a string cannot fail.
        let _ = writeln!(line, "        {breaches} break it; the first: {first}");
    }
    line
}
