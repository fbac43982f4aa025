//! What keeps the bus in order: partitions for the events of coming months, and an end for deliveries that were done long ago.

use std::time::Duration;

use platform::bus::Deliveries;
use tokio_util::sync::CancellationToken;

/// How often it is looked after.
const UPKEEP_INTERVAL: Duration = Duration::from_hours(1);

/// How many deliveries are removed at a time: a short transaction, which holds nobody up.
const REMOVED_AT_ONCE_MAX: i64 = 1_000;

/// How long the database rests between two such removals.
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);

/// Looks after the bus now and then, until `shutdown` is cancelled.
pub(crate) async fn run(deliveries: &Deliveries, done_kept: Duration, shutdown: &CancellationToken) {
    let work = async {
        loop {
            if let Err(error) = look_after(deliveries, done_kept).await {
                tracing::warn!(%error, "the upkeep of the bus failed; it is tried again later");
            }
            tokio::time::sleep(UPKEEP_INTERVAL).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = work => {}
    }
}

async fn look_after(deliveries: &Deliveries, done_kept: Duration) -> sqlx::Result<()> {
    let added = deliveries.add_event_partitions().await?;
    if added > 0 {
        tracing::info!(added, "partitions for events of coming months");
    }
    let mut removed = 0;
    loop {
        let step = deliveries.remove_done(done_kept, REMOVED_AT_ONCE_MAX).await?;
        removed += step;
        if step == 0 {
            break;
        }
        tokio::time::sleep(REMOVAL_PAUSE).await;
    }
    if removed > 0 {
        tracing::info!(removed, "deliveries done long ago are gone; their events stay");
    }
    Ok(())
}
