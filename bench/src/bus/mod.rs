//! How fast money follows events.

mod ceiling;
mod drain;
mod latency;
mod recovery;
mod steady;
mod workload;

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use testbed::{Installation, WorkerProcess, this_program};

use self::workload::Workload;
use crate::{machine, report};

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
    report(&format!("durability: {}", workload::durability(&installation.owner).await?));
    report(&format!("worker processes: {}; events: task_assign, each one withdrawal\n", options.processes));

    let workload = Workload::prepare(&installation, options.processes).await?;
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

/// So many a second.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
