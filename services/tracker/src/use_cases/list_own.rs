use contracts::{
    Caller,
    tracker::{Task, TaskCounts, TaskQuery},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// The caller's tasks, a part at a time.
pub(crate) async fn list_own(tracker: &Tracker, caller: Caller, query: &TaskQuery) -> Result<Vec<Task>, Failure> {
    Ok(storage::task::of_assignee(&tracker.pool, caller.user_id, query).await?)
}

/// How many tasks the caller has.
pub(crate) async fn count_own(tracker: &Tracker, caller: Caller) -> Result<TaskCounts, Failure> {
    Ok(storage::task::counts_of_assignee(&tracker.pool, caller.user_id).await?)
}
