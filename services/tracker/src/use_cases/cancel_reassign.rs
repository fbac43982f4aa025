use contracts::{
    Actor, Hint, RunId, ServiceError,
    reassign::{MAY_REASSIGN, ReassignRun, ReassignStatus},
};
use platform::{bus::Recorded, database::Failure};

use crate::{Tracker, storage};

/// Stops a run: the batch that is being worked off is the last one. A run that has ended stays as it is.
pub(crate) async fn cancel_reassign(tracker: &Tracker, actor: Actor, run_id: RunId) -> Result<ReassignRun, Failure> {
    actor.require(MAY_REASSIGN)?;
    let mut transaction = tracker.pool.begin().await?;
    let now = tracker.clock.moment(&mut *transaction).await?;
    let has_ended = storage::reassign_run::end(&mut transaction, run_id, ReassignStatus::Cancelled, now.at).await?;
    transaction.commit().await?;
    if has_ended {
        tracker.outbox.committed(Recorded::default().and([Hint::Reassign]));
        tracing::info!(%run_id, cancelled_by = actor.user_id().map(tracing::field::display), "reassignment cancelled");
    }
    storage::reassign_run::by_id(&tracker.pool, run_id).await?.ok_or_else(|| ServiceError::NotFound.into())
}
