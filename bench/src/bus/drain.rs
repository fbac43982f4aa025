//! How fast a backlog is worked off.

use std::time::Instant;

use anyhow::Result;
use testbed::Installation;

use super::{Options, Workload, rate, start_workers};
use crate::{machine::ProcessorTime, report};

/// How many events one transaction publishes: as a reassignment of all tasks would.
const EVENTS_PER_TRANSACTION: usize = 500;

/// Publishes a backlog while nobody works, then lets it be worked off. Answers how many a second.
pub(super) async fn measure(installation: &Installation, workload: &Workload, options: &Options) -> Result<f64> {
    let began = Instant::now();
    let mut left = options.backlog;
    while left > 0 {
        let count = left.min(EVENTS_PER_TRANSACTION);
        workload.assign(count).await?;
        left -= count;
    }
    report(&format!("backlog of {} events published in {:.1} s", options.backlog, began.elapsed().as_secs_f64()));

    let before = ProcessorTime::now();
    let began = Instant::now();
    let workers = start_workers(installation, options.processes)?;
    Workload::wait_for_quiet(installation).await?;
    let time = began.elapsed();
    let spent = ProcessorTime::now().spent_since(&before);
    drop(workers);

    let drained = rate(options.backlog, time);
    report(&format!(
        "drain: {drained:.0} events/s (goal: 4,000), {:.1} s with the start of the workers\n  processor time: {spent}",
        time.as_secs_f64()
    ));
    Ok(drained)
}
