//! How fast money follows events.

mod ceiling;
mod drain;
mod latency;
mod recovery;
mod steady;

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use sqlx::PgPool;
use testbed::{Installation, WorkerProcess, this_program};

use crate::{machine, report, workload::Workload};

/// How many employees are given tasks.
const EMPLOYEES: usize = 50;

/// How long nothing may move before the benchmark gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// How much of each to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// For how many seconds the steady stream lasts
    #[arg(long, default_value_t = 60)]
    steady_seconds: u64,
    /// How many events the backlog holds
    #[arg(long, default_value_t = 50_000)]
    backlog: usize,
    /// For how many seconds events come at 100 a second
    #[arg(long, default_value_t = 30)]
    latency_seconds: u64,
    /// How many worker processes share the work
    #[arg(long, default_value_t = 1)]
    processes: usize,
}

/// Measures everything and prints the report.
pub(crate) async fn measure(options: &Options) -> Result<()> {
    let installation = Installation::start_durable().await?;
    report(&format!("machine: {}; everything runs on it", machine::describe()));
    report(&format!("durability: {}", machine::durability(&installation.owner).await?));
    report(&format!("worker processes: {}; events: task_assign, each one withdrawal\n", options.processes));

    let workload = Workload::new(&installation, EMPLOYEES, 1);
    workload.create_tasks().await?;
    let workers = start_workers(&installation, options.processes)?;
    wait_for_quiet(&installation).await?;
    drop(workers);
    let ceiling = ceiling::measure(&installation, &workload, options.backlog).await?;
    let drained = drain::measure(&installation, &workload, options).await?;
    report(&format!("  {:.0} % of the ceiling (goal: 50 %)\n", 100.0 * drained / ceiling));
    steady::measure(&installation, &workload, options).await?;
    latency::measure(&installation, &workload, options).await?;
    recovery::measure(&installation, &workload, options).await
}

/// Starts the worker processes.
fn start_workers(installation: &Installation, processes: usize) -> Result<Vec<WorkerProcess>> {
    (0..processes).map(|_| Ok(WorkerProcess::start(this_program(["work"])?, &installation.addresses)?)).collect()
}

/// Waits until every delivery is finished.
async fn wait_for_quiet(installation: &Installation) -> Result<()> {
    Ok(testbed::wait_for_quiet(&installation.owner, PATIENCE).await?)
}

/// How many entries the ledger has: each event of the workload makes one.
async fn entries(owner: &PgPool) -> Result<i64> {
    // Not counted but added up, which is as true and far cheaper than what is measured.
    Ok(sqlx::query_scalar("SELECT coalesce(sum(entry_count), 0)::bigint FROM accounting.account").fetch_one(owner).await?)
}
