//! How many events a second can go on for a while.

use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::Installation;
use tokio::{sync::watch, task::JoinSet};

use super::{Options, Workload, entries, start_workers, wait_for_quiet};
use crate::{machine::ProcessorTime, rate, report};

/// How many clients publish at the same time.
const CLIENTS: usize = 4;

/// How many events one transaction publishes: what a batch of a small reassignment does.
const EVENTS_PER_TRANSACTION: usize = 10;

/// How far one client may be ahead of the ledger: it waits until that has caught up, so that no backlog is built up.
const AHEAD_OF_LEDGER_MAX: i64 = 500;

/// How often it is looked how far the ledger is.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Clients publish as fast as the ledger follows.
pub(super) async fn measure(installation: &Installation, workload: &Workload, options: &Options) -> Result<()> {
    let workers = start_workers(installation, options.processes)?;
    let entries_before = entries(&installation.owner).await?;
    let before = ProcessorTime::now();
    let began = Instant::now();

    let (progress, ledger) = watch::channel(0);
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(publish(workload.clone(), ledger.clone()));
    }
    let mut applied = 0;
    while began.elapsed() < Duration::from_secs(options.steady_seconds) {
        tokio::time::sleep(LOOK_INTERVAL).await;
        applied = entries(&installation.owner).await? - entries_before;
        progress.send_replace(applied);
        if let Some(failed) = clients.try_join_next() {
            failed??;
        }
    }
    let time = began.elapsed();
    let spent = ProcessorTime::now().spent_since(&before);
    clients.shutdown().await;
    report(&format!(
        "steady: {:.0} events/s applied over {:.0} s (goal: 1,500), {EVENTS_PER_TRANSACTION} events in a transaction\n  \
         processor time: {spent}\n",
        rate(usize::try_from(applied)?, time),
        time.as_secs_f64()
    ));
    wait_for_quiet(installation).await?;
    drop(workers);
    Ok(())
}

/// A client: it publishes without end, but stays near the ledger.
async fn publish(workload: Workload, mut ledger: watch::Receiver<i64>) -> Result<()> {
    let mut published = 0;
    loop {
        let share = |applied: &i64| applied / i64::try_from(CLIENTS).unwrap_or(1);
        ledger.wait_for(|applied| published - share(applied) < AHEAD_OF_LEDGER_MAX).await?;
        workload.assign(EVENTS_PER_TRANSACTION).await?;
        published += i64::try_from(EVENTS_PER_TRANSACTION)?;
    }
}
