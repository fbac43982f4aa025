//! How long it takes to build everything once more.

use std::time::Duration;

use anyhow::{Context as _, Result};
use contracts::{
    Actor,
    analytics::{Analytics, RebuildStatus},
};
use platform::randomness::Randomness;
use sqlx::PgConnection;

use super::GOAL_SHARE_PERCENT;
use crate::{
    company::Company,
    machine, report,
    trial::{Trial, effort},
};

/// How many employees the company has, and how many days it has worked.
const ACCOUNTS: usize = 1_000;
const DAYS: usize = 30;

/// Of how many tasks there are how many events that analytics hears of: each is charged, and seven of eight are finished and paid.
const TASKS_TO_EVENTS: (usize, usize) = (8, 22);

/// How often one looks whether the rebuild has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A month of work that is counted, then all of it once more.
pub(super) async fn measure(events: usize) -> Result<()> {
    let mut company = Company::found(ACCOUNTS).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    let tasks = (events * TASKS_TO_EVENTS.0).div_ceil(TASKS_TO_EVENTS.1 * DAYS);
    for days_ago in (1..=DAYS).rev() {
        company.work(company.days_ago(u64::try_from(days_ago)?), tasks).await?;
    }
    company.count_all().await?;
    company.rest().await?;

    let (events_barely, ceiling) = effort(build(&mut company.administrator)).await?;
    machine::forget_peak_memory()?;
    let before = machine::peak_memory();
    let (count, product) = effort(rebuild(&*services.analytics)).await?;
    let after = machine::peak_memory();
    anyhow::ensure!(count == events_barely, "the rebuild has gone through {count} events, bare SQL through {events_barely}");
    company.audit().await?;
    let what = format!("rebuild of {count} events");
    let goal = " (goal: 60 s for 1,000,000)";
    Trial { what: &what, count, things: "events", goal, goal_share_percent: GOAL_SHARE_PERCENT, product, ceiling }.tell();
    report(&format!("  peak memory of this process: {before} before it, {after} after it\n"));
    Ok(())
}

/// The product; answers through how many events it has gone.
pub(super) async fn rebuild(analytics: &dyn Analytics) -> Result<usize> {
    analytics.start_rebuild(Actor::Operator).await?;
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        let rebuild = analytics.last_rebuild(Actor::Operator).await?.context("it was started")?;
        match rebuild.status {
            RebuildStatus::Running => {}
            RebuildStatus::Done => return Ok(usize::try_from(rebuild.events_read)?),
            RebuildStatus::Failed => anyhow::bail!("the rebuild failed: {rebuild:?}"),
        }
    }
}

/// The same in bare SQL.
async fn build(connection: &mut PgConnection) -> Result<usize> {
    let events: i64 = sqlx::query_scalar("SELECT bench.build_read_models()").fetch_one(connection).await?;
    Ok(usize::try_from(events)?)
}
