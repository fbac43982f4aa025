use contracts::{
    ServiceError, TaskId,
    tracker::{TASK_IDS_MAX, Task},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// The tasks with these ids. Everybody in the company may see every task.
pub(crate) async fn list_tasks(tracker: &Tracker, task_ids: &[TaskId]) -> Result<Vec<Task>, Failure> {
    if task_ids.len() > TASK_IDS_MAX {
        return Err(ServiceError::TooMany { max: TASK_IDS_MAX }.into());
    }
    Ok(storage::task::by_ids(&tracker.pool, task_ids).await?)
}
