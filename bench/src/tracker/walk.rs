//! How many tasks a second a run gives to somebody, and how much memory that takes.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use contracts::{Actor, RunId, Subscription, reassign::Reassign};
use platform::randomness::Randomness;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::{company_with_tasks, employees, is_done, start};
use crate::{
    machine, report,
    trial::{Trial, effort},
};

/// What a run is to reach, in tasks a second.
const GOAL: &str = " (goal: 10,000 tasks/s)";

/// The share of the ceiling that is to be reached, in percent.
const GOAL_SHARE_PERCENT: u32 = 50;

/// How often one looks whether the run has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Bare SQL first, then the product: the same tasks, and as many. Only the tracker works in the background: what the bookkeeping takes is
/// measured by itself.
pub(super) async fn measure(tasks: usize) -> Result<()> {
    let mut company = company_with_tasks(tasks).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;

    let run_id = start(&*services.reassign, tasks).await?;
    let (ceiling_count, ceiling) = effort(walk(&mut company.administrator, run_id)).await?;
    services.reassign.cancel(Actor::Operator, run_id).await?;
    company.forget_deliveries().await?;
    company.rest().await?;

    let mut jobs = company.installation.addresses.jobs(&services, Randomness::seeded(0))?;
    jobs.reactions.retain(|reaction| reaction.subscription() == Subscription::TrackerTasksReassign);
    let shutdown = CancellationToken::new();
    let work = tokio::spawn(jobs.run(shutdown.clone()));
    machine::forget_peak_memory()?;
    let memory_before = machine::peak_memory();
    let (count, product) = effort(reassign(services.reassign.clone(), tasks)).await?;
    let memory = machine::peak_memory();
    shutdown.cancel();
    work.await?;

    anyhow::ensure!((count, ceiling_count) == (tasks, tasks), "of {tasks} tasks {count} and {ceiling_count} were given to somebody");
    let what = format!("reassignment of {tasks} tasks");
    Trial { what: &what, count, things: "tasks", goal: GOAL, goal_share_percent: GOAL_SHARE_PERCENT, product, ceiling }.tell();
    report(&format!("  memory of the process: {memory_before} before, {memory} at most (goal: 64 MiB more)\n"));
    Ok(())
}

/// The product; answers how many tasks it has given to somebody.
async fn reassign(reassign: Arc<dyn Reassign>, tasks: usize) -> Result<usize> {
    let run_id = start(&*reassign, tasks).await?;
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        let run = reassign.run(Actor::Operator, run_id).await?;
        if is_done(&run, tasks)? {
            return Ok(usize::try_from(run.assigned)?);
        }
    }
}

/// The same in bare SQL.
async fn walk(connection: &mut PgConnection, run_id: RunId) -> Result<usize> {
    let employees = employees(&mut *connection).await?;
    let mut tasks = 0;
    loop {
        let given: i64 =
            sqlx::query_scalar("SELECT bench.reassign($1, $2)").bind(run_id.0).bind(&employees).fetch_one(&mut *connection).await?;
        if given == 0 {
            return Ok(tasks);
        }
        tasks += usize::try_from(given)?;
    }
}
