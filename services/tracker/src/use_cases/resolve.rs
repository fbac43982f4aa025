use contracts::{
    Caller, Fact, ServiceError, TaskId, TaskResolve,
    tracker::{Task, TaskStatus},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// Marks a task as finished and says so: only its assignee may, and only once (specification, §2).
pub(crate) async fn resolve(tracker: &Tracker, caller: Caller, task_id: TaskId) -> Result<Task, Failure> {
    let mut transaction = tracker.pool.begin().await?;
    let mut task = storage::task::lock(&mut transaction, task_id).await?.ok_or(ServiceError::NotFound)?;
    if task.assignee_user_id != caller.user_id {
        return Err(ServiceError::NotYourTask.into());
    }
    if task.status == TaskStatus::Done {
        return Err(ServiceError::AlreadyDone.into());
    }

    let moment = tracker.clock.moment(&mut *transaction).await?;
    storage::task::mark_done(&mut transaction, task_id, moment.at).await?;
    let resolved = Fact::TaskResolve(TaskResolve { task_id, title: task.title.clone(), resolver_user_id: caller.user_id });
    let recorded = tracker.outbox.record(&mut transaction, &[tracker.outbox.event(moment, resolved)]).await?;
    transaction.commit().await?;
    tracker.outbox.committed(recorded);

    tracing::info!(%task_id, resolver_user_id = %caller.user_id, "task resolved");
    task.status = TaskStatus::Done;
    task.resolution_time = Some(moment.at);
    Ok(task)
}
