//! How long a single event takes from its commit to its entry.

use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::Installation;
use tokio::time::{MissedTickBehavior, interval};

use super::{Options, Workload, entries, start_workers, wait_for_quiet};
use crate::{percentile::percentile, report};

/// How many events come in a second, one by one.
const EVENTS_PER_SECOND: u32 = 100;

/// How often it is looked whether entries are there: the figures are exact to this.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);

/// Publishes one event at a time at an even pace, and sees when as many entries are there. The workers are processes of their own, so
/// the relay is not woken and has to look by itself.
pub(super) async fn measure(installation: &Installation, workload: &Workload, options: &Options) -> Result<()> {
    let workers = start_workers(installation, options.processes)?;
    // The first events wait for the workers to start; they are not counted.
    workload.assign(1).await?;
    wait_for_quiet(installation).await?;

    let count = usize::try_from(options.latency_seconds * u64::from(EVENTS_PER_SECOND))?;
    let entries_before = entries(&installation.owner).await?;
    let publishing = async {
        let mut committed = Vec::with_capacity(count);
        let mut pace = interval(Duration::from_secs(1) / EVENTS_PER_SECOND);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..count {
            pace.tick().await;
            workload.assign(1).await?;
            committed.push(Instant::now());
        }
        anyhow::Ok(committed)
    };
    let looking = async {
        let mut applied = Vec::with_capacity(count);
        while applied.len() < count {
            tokio::time::sleep(LOOK_INTERVAL).await;
            let there = usize::try_from(entries(&installation.owner).await? - entries_before)?;
            applied.resize(there.max(applied.len()), Instant::now());
        }
        anyhow::Ok(applied)
    };
    let (committed, applied) = tokio::try_join!(publishing, looking)?;
    drop(workers);

    // Events may overtake each other; the n-th entry to come is set against the n-th commit, which is the same on the whole.
    let mut latencies: Vec<Duration> =
        committed.iter().zip(&applied).map(|(committed, applied)| applied.saturating_duration_since(*committed)).collect();
    let mut at = |percent| percentile(&mut latencies, percent).unwrap_or_default().as_millis();
    report(&format!(
        "latency at {EVENTS_PER_SECOND} events/s over {} s: p50 {} ms (goal: 150), p99 {} ms (goal: 800), longest {} ms\n",
        options.latency_seconds,
        at(50),
        at(99),
        at(100)
    ));
    Ok(())
}
