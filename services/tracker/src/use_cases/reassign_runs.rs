use contracts::{
    Actor, Caller, Role, RunId, ServiceError, TaskId,
    reassign::{
        MAY_REASSIGN, REASSIGN_FAILURES_PAGE_SIZE, REASSIGN_NEWS_AGE_MAX, REASSIGN_RUNS_PAGE_SIZE, ReassignFailure, ReassignRun,
        ReassignShare,
    },
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// One run.
pub(crate) async fn reassign_run(tracker: &Tracker, actor: Actor, run_id: RunId) -> Result<ReassignRun, Failure> {
    actor.require(MAY_REASSIGN)?;
    storage::reassign_run::by_id(&tracker.pool, run_id).await?.ok_or_else(|| ServiceError::NotFound.into())
}

/// The newest runs.
pub(crate) async fn reassign_runs(tracker: &Tracker, actor: Actor, before: Option<RunId>) -> Result<Vec<ReassignRun>, Failure> {
    actor.require(MAY_REASSIGN)?;
    Ok(storage::reassign_run::newest(&tracker.pool, before, REASSIGN_RUNS_PAGE_SIZE).await?)
}

/// The newest run that has ended and changed something for the caller, and what.
pub(crate) async fn own_share(tracker: &Tracker, caller: Caller) -> Result<Option<(ReassignRun, ReassignShare)>, Failure> {
    let now = tracker.clock.moment(&tracker.pool).await?;
    let since = now.at - REASSIGN_NEWS_AGE_MAX;
    let newest = storage::reassign_share::newest_of_user(&tracker.pool, caller.user_id, since).await?;
    let Some((run_id, share)) = newest else { return Ok(None) };
    Ok(storage::reassign_run::by_id(&tracker.pool, run_id).await?.map(|run| (run, share)))
}

/// The run that is running.
pub(crate) async fn running_reassign(tracker: &Tracker, actor: Actor) -> Result<Option<ReassignRun>, Failure> {
    actor.require(MAY_REASSIGN)?;
    let Some(run_id) = storage::reassign_run::running(&tracker.pool).await? else { return Ok(None) };
    Ok(storage::reassign_run::by_id(&tracker.pool, run_id).await?)
}

/// How many tasks are open.
pub(crate) async fn open_tasks(tracker: &Tracker, actor: Actor) -> Result<i64, Failure> {
    actor.require(MAY_REASSIGN)?;
    Ok(storage::reassign_run::open_tasks(&tracker.pool).await?)
}

/// The tasks that a run could not give to anybody.
pub(crate) async fn reassign_failures(
    tracker: &Tracker,
    actor: Actor,
    run_id: RunId,
    after: Option<TaskId>,
) -> Result<Vec<ReassignFailure>, Failure> {
    reassign_run(tracker, actor, run_id).await?;
    let after = after.unwrap_or(TaskId(0));
    let mut failures = storage::reassign_failure::of_run(&tracker.pool, run_id, after, REASSIGN_FAILURES_PAGE_SIZE).await?;
    if actor.require(&[Role::Admin]).is_err() {
        for failure in &mut failures {
            failure.error = None;
        }
    }
    Ok(failures)
}
