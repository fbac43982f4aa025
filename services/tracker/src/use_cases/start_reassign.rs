use contracts::{
    Actor, Fact, Role, RunId, ServiceError, TasksReassign,
    reassign::{MAY_REASSIGN, ReassignRun},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// Starts a reassignment of all open tasks, and tells it to the service itself (specification, §2). It answers at once; while one is
/// running, that one is answered.
pub(crate) async fn start_reassign(tracker: &Tracker, actor: Actor) -> Result<ReassignRun, Failure> {
    actor.require(MAY_REASSIGN)?;
    loop {
        if let Some(run_id) = storage::reassign_run::running(&tracker.pool).await? {
            return found(tracker, run_id).await;
        }
        // Who is assignable is judged anew at each draw; but where there is nobody now, nothing is stored (decision 10).
        tracker.directory.random_users(&Role::ASSIGNABLE, 1).await?;
        let mut transaction = tracker.pool.begin().await?;
        let moment = tracker.clock.moment(&mut *transaction).await?;
        // Nothing where somebody else was faster: then there is one to answer, or it has ended already.
        let Some(run_id) = storage::reassign_run::insert(&mut transaction, actor.user_id(), moment.at).await? else { continue };
        let begun = tracker.outbox.event(moment, Fact::TasksReassign(TasksReassign { run_id, batch_no: 1 }));
        let recorded = tracker.outbox.record(&mut transaction, &[begun]).await?;
        transaction.commit().await?;
        tracker.outbox.committed(recorded);
        tracing::info!(%run_id, started_by = actor.user_id().map(tracing::field::display), "reassignment started");
        return found(tracker, run_id).await;
    }
}

async fn found(tracker: &Tracker, run_id: RunId) -> Result<ReassignRun, Failure> {
    storage::reassign_run::by_id(&tracker.pool, run_id).await?.ok_or_else(|| ServiceError::NotFound.into())
}
