//! The calm after the storm.

use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::NaiveDate;
use sqlx::PgPool;
use testbed::{Installation, NotQuiet, end_day, wait_for_quiet};

use crate::{checks::Verdict, journal::Journal};

/// How long nothing may be finished before the wait for quiet is given up. A delivery that failed often may rest for minutes.
const PATIENCE: Duration = Duration::from_mins(7);

/// When nothing has been finished for so long, it is noted what is left.
const NOTED_AFTER: Duration = Duration::from_secs(20);

/// How often it is looked whether transactions of use cases are left.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Waits until all that was begun has come to an end. What has not after a long time is what breaks the rule.
pub(crate) async fn come(owner: &PgPool, journal: &Journal) -> Result<Verdict> {
    let mut verdict = Verdict::of("everything comes to an end");
    no_use_case_left(owner).await?;
    let (mut since, mut left) = (Instant::now(), i64::MAX);
    loop {
        // Their back-off is made for mail servers that are down for a day.
        sqlx::query("UPDATE bus.delivery SET due_at = now() WHERE status = 'waiting' AND subscription = 'accounting.payroll_letter'")
            .execute(owner)
            .await?;
        match wait_for_quiet(owner, NOTED_AFTER).await {
            Ok(()) => break,
            Err(NotQuiet::Database(error)) => return Err(error.into()),
            Err(NotQuiet::Stuck { count, first, .. }) => {
                journal.note(format_args!("{count} deliveries are not finished, such as {first:#?}"));
                if count < left {
                    (since, left) = (Instant::now(), count);
                } else if since.elapsed() > PATIENCE {
                    verdict.broken = count.unsigned_abs();
                    verdict.examples = first.iter().map(|unfinished| format!("{unfinished:?}")).collect();
                    break;
                }
            }
        }
    }
    let deliveries: i64 = sqlx::query_scalar("SELECT count(*) FROM bus.delivery").fetch_one(owner).await?;
    Ok(verdict.having_counted(format!("{deliveries} deliveries")))
}

/// Ends the day, now that everything of it is booked, and waits until everybody is paid. Days that were not paid in the storm are paid
/// before it. Then nobody is owed anything.
pub(crate) async fn spend_night(installation: &Installation) -> Result<Verdict> {
    let mut verdict = Verdict::of("after a quiet night nobody is owed anything");
    let ended: NaiveDate = sqlx::query_scalar("SELECT bus.company_now()::date").fetch_one(&installation.owner).await?;
    end_day(&installation.database).await?;
    let began = Instant::now();
    let is_paid = "SELECT EXISTS (SELECT FROM accounting.payroll_run WHERE business_day >= $1 AND status = 'done')";
    while !sqlx::query_scalar::<_, bool>(is_paid).bind(ended).fetch_one(&installation.owner).await? {
        if began.elapsed() > PATIENCE {
            verdict.breaks(|| format!("payroll of {ended} is not done"));
            break;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    let unsent = "SELECT count(*) FROM accounting.letter WHERE sent_at IS NULL";
    while sqlx::query_scalar::<_, i64>(unsent).fetch_one(&installation.owner).await? > 0 && began.elapsed() < PATIENCE {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    let accounts: Vec<(i64, i64)> =
        sqlx::query_as("SELECT account_id, balance FROM accounting.account").fetch_all(&installation.owner).await?;
    for (account_id, balance) in accounts.iter().filter(|(_, balance)| *balance > 0) {
        verdict.breaks(|| format!("account {account_id} holds {balance}"));
    }
    Ok(verdict.having_counted(format!("{} accounts", accounts.len())))
}

/// A connection broke while its transaction was committed: the server may still be at it, and what comes of it has to be counted in.
async fn no_use_case_left(owner: &PgPool) -> Result<()> {
    let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('ates_auth', 'ates_tracker') AND state <> 'idle'";
    while sqlx::query_scalar::<_, i64>(left).fetch_one(owner).await? > 0 {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}
