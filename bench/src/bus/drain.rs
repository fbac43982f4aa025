//! How fast a backlog is worked off.

use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::Installation;

use super::{Options, Workload, entries, start_workers, wait_for_quiet};
use crate::{machine::ProcessorTime, rate, report};

/// How often one looks how much is booked: not so often that it would be measured too.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Publishes a backlog while nobody works, then lets it be worked off. Answers how many a second.
pub(super) async fn measure(installation: &Installation, workload: &Workload, options: &Options) -> Result<f64> {
    let began = Instant::now();
    workload.assign_many(options.backlog).await?;
    report(&format!("backlog of {} events published in {:.1} s", options.backlog, began.elapsed().as_secs_f64()));

    let entries_before = entries(&installation.owner).await?;
    let before = ProcessorTime::now();
    let began = Instant::now();
    let workers = start_workers(installation, options.processes)?;
    let first = wait_for_entries(installation, entries_before + 1).await? - entries_before;
    let (start, began) = (began.elapsed(), Instant::now());
    let last = wait_for_entries(installation, entries_before + i64::try_from(options.backlog)?).await? - entries_before;
    let time = began.elapsed();
    let spent = ProcessorTime::now().spent_since(&before);
    wait_for_quiet(installation).await?;
    let drained = rate(usize::try_from(last - first)?, time);
    drop(workers);
    report(&format!(
        "drain: {drained:.0} events/s (goal: 4,000), in {:.1} s after the {:.1} s until the first was booked\n  processor time: {spent}",
        time.as_secs_f64(),
        start.as_secs_f64()
    ));
    Ok(drained)
}

/// Waits until the ledger has so many entries; answers how many it has then.
async fn wait_for_entries(installation: &Installation, count: i64) -> Result<i64> {
    loop {
        let entries = entries(&installation.owner).await?;
        if entries >= count {
            return Ok(entries);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
