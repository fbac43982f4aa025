use contracts::{
    Caller, TaskId,
    tracker::{TASKS_PAGE_MAX, Task, TaskStatus},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// The caller's tasks of one status, newest first, a page at a time.
pub(crate) async fn list_own(tracker: &Tracker, caller: Caller, status: TaskStatus, before: Option<TaskId>) -> Result<Vec<Task>, Failure> {
    Ok(storage::task::of_assignee(&tracker.pool, caller.user_id, status, before, TASKS_PAGE_MAX).await?)
}
