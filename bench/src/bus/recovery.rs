//! How long the money of a killed worker, and of a wiped Redis, is late.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sqlx::PgPool;
use testbed::Installation;

use super::{Options, Workload, start_workers, wait_for_quiet};
use crate::report;

/// How many events are on their way when it happens.
const BACKLOG: usize = 20_000;

/// How often it is looked whether something has come to pass.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Does the harm in the middle of work and waits until everything that was on its way then is applied.
pub(super) async fn measure(installation: &Installation, workload: &Workload, options: &Options) -> Result<()> {
    let mut workers = start_workers(installation, options.processes)?;
    begin_work(installation, workload).await?;
    let began = Instant::now();
    // SIGKILL to all of them, and others in their place, as a supervisor would.
    workers.clear();
    workers.extend(start_workers(installation, options.processes)?);
    wait_for_quiet(installation).await?;
    let killed = began.elapsed();

    begin_work(installation, workload).await?;
    let client = redis::Client::open(installation.addresses.redis_url.as_str())?;
    let mut redis = client.get_multiplexed_async_connection().await?;
    let began = Instant::now();
    redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await?;
    wait_for_quiet(installation).await?;
    let wiped = began.elapsed();
    drop(workers);

    report(&format!(
        "recovery, with up to {BACKLOG} events on their way until the last is applied:\n  \
         after SIGKILL of all worker processes {:.1} s (goal: 20)\n  after FLUSHALL {:.1} s (goal: 45)",
        killed.as_secs_f64(),
        wiped.as_secs_f64()
    ));
    Ok(())
}

/// Publishes a backlog and waits until the workers are in the middle of it.
async fn begin_work(installation: &Installation, workload: &Workload) -> Result<()> {
    workload.assign_many(BACKLOG).await?;
    let began = Instant::now();
    while !in_the_middle(&installation.owner).await? {
        anyhow::ensure!(began.elapsed() < Duration::from_mins(1), "the workers did not get into the middle of their work");
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
    Ok(())
}

/// Whether attempts are being made, and others wait in Redis.
async fn in_the_middle(owner: &PgPool) -> Result<bool> {
    sqlx::query_scalar(
        "SELECT count(*) FILTER (WHERE attempt_open) > 0 AND count(*) FILTER (WHERE NOT attempt_open) > 0
         FROM bus.delivery WHERE status = 'dispatched'",
    )
    .fetch_one(owner)
    .await
    .context("the deliveries cannot be read")
}
