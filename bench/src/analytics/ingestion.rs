//! How many entries a second are counted as they come.

use std::time::Duration;

use anyhow::Result;
use contracts::Subscription;
use platform::randomness::Randomness;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::GOAL_SHARE_PERCENT;
use crate::{
    company::Company,
    trial::{Trial, effort},
};

/// How many employees the company has.
const ACCOUNTS: usize = 1_000;

/// Of how many tasks there are how many entries: each is charged, and seven of eight are paid.
const TASKS_TO_ENTRIES: (usize, usize) = (8, 15);

/// How many entries one transaction of the product counts at most.
const BATCH: usize = 100;

/// How often one looks whether everything is counted.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

const WAITING: &str = "SELECT delivery_id FROM bus.delivery WHERE subscription = 'analytics.account_log_change' AND status = 'waiting'
                       ORDER BY delivery_id";
const IS_LEFT: &str = "SELECT EXISTS (SELECT FROM bus.delivery WHERE subscription = 'analytics.account_log_change' AND status <> 'done')";

/// Bare SQL counts the entries of a day, then the product those of the next one, which has as many.
pub(super) async fn measure(entries: usize) -> Result<()> {
    let tasks = (entries * TASKS_TO_ENTRIES.0).div_ceil(TASKS_TO_ENTRIES.1);
    let mut company = Company::found(ACCOUNTS).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;

    company.work(company.days_ago(1), tasks).await?;
    company.rest().await?;
    let (counted_barely, ceiling) = effort(count(&mut company.administrator)).await?;

    company.work(company.days_ago(0), tasks).await?;
    company.rest().await?;
    let mut jobs = company.installation.addresses.jobs(&services, Randomness::seeded(0))?;
    jobs.reactions.retain(|reaction| reaction.subscription() == Subscription::AnalyticsAccountLogChange);
    let waiting: Vec<i64> = sqlx::query_scalar(WAITING).fetch_all(&mut company.administrator).await?;
    let shutdown = CancellationToken::new();
    let work = tokio::spawn(jobs.run(shutdown.clone()));
    let ((), product) = effort(until_counted(&mut company.administrator)).await?;
    shutdown.cancel();
    work.await?;

    anyhow::ensure!(waiting.len() == counted_barely, "the product counts {} entries, bare SQL {counted_barely}", waiting.len());
    company.audit().await?;
    let goal = " (goal: 3,000 entries/s)";
    let what = "entries into the number of negative accounts";
    Trial { what, count: waiting.len(), things: "entries", goal, goal_share_percent: GOAL_SHARE_PERCENT, product, ceiling }.tell();
    Ok(())
}

async fn until_counted(connection: &mut PgConnection) -> Result<()> {
    while sqlx::query_scalar::<_, bool>(IS_LEFT).fetch_one(&mut *connection).await? {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

/// The same in bare SQL; answers how many entries.
async fn count(connection: &mut PgConnection) -> Result<usize> {
    let waiting: Vec<i64> = sqlx::query_scalar(WAITING).fetch_all(&mut *connection).await?;
    for batch in waiting.chunks(BATCH) {
        sqlx::query("SELECT bench.count_entries($1)").bind(batch).execute(&mut *connection).await?;
    }
    Ok(waiting.len())
}
