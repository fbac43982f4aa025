//! Payroll's clock. It only ticks: which nights are due, and how far each is, stands in PostgreSQL. So ticks that are missed, or that
//! several processes have at once, do no harm.

use std::{str::FromStr as _, sync::Arc, time::Duration};

use apalis_cron::{CronScheduler, Tick};
use contracts::payroll::PayrollWork;
use cron::Schedule;
use futures_util::{StreamExt as _, stream::BoxStream};
use tokio_util::sync::CancellationToken;

/// When it is looked whether there is something to do: every ten seconds. So long after the last event of its day a run goes on at most.
const SCHEDULE: &str = "*/10 * * * * *";

/// The rest before the clock is wound up again. It stops when its next tick is over before it was waited for: after long work, or
/// when the machine's clock was set.
const REWIND_PAUSE: Duration = Duration::from_secs(1);

/// Carries payroll on at each tick, until `shutdown` is cancelled. What has begun then is broken off: another tick, maybe of another
/// process, goes on where the last transaction ended.
pub(crate) async fn run(payroll: &Arc<dyn PayrollWork>, shutdown: &CancellationToken) {
    let work = async {
        loop {
            let mut ticks = ticks();
            while let Some(Ok(_)) = ticks.next().await {
                if let Err(error) = payroll.carry_on().await {
                    tracing::warn!(%error, "payroll is interrupted; the next tick goes on with it");
                }
            }
            tokio::time::sleep(REWIND_PAUSE).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = work => {}
    }
}

fn ticks() -> BoxStream<'static, Result<Tick, apalis_cron::Error>> {
    let schedule = Schedule::from_str(SCHEDULE).expect("a schedule");
    CronScheduler::new(schedule).into_stream().boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_clock_ticks() {
        let tick = tokio::time::timeout(Duration::from_mins(1), ticks().next()).await.expect("in time").expect("endless").expect("a tick");
        assert_eq!(tick.get_timestamp() % 10, 0);
    }
}
