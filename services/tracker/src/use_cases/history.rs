use contracts::{ServiceError, TaskId, tracker::TaskHistory};
use platform::database::Failure;

use crate::{Tracker, storage};

/// What has become of a task. Everybody in the company may see it.
pub(crate) async fn history(tracker: &Tracker, task_id: TaskId) -> Result<TaskHistory, Failure> {
    let mut snapshot = tracker.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    let task = storage::task::by_ids(&mut *snapshot, &[task_id]).await?.pop().ok_or(ServiceError::NotFound)?;
    let creator_user_id = storage::task::creator(&mut *snapshot, task_id).await?.ok_or(ServiceError::NotFound)?;
    let assigned_times = storage::assignment::count_of_task(&mut *snapshot, task_id).await?;
    let assignments = storage::assignment::of_task(&mut *snapshot, task_id).await?;
    Ok(TaskHistory { task, creator_user_id, assigned_times, assignments })
}
