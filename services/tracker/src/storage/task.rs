use chrono::{DateTime, Utc};
use contracts::{
    TaskId, UserId,
    tracker::{NewTask, Task, TaskStatus},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A row of `tracker.task` as PostgreSQL gives it.
struct TaskRow {
    task_id: i64,
    title: String,
    description: String,
    status: String,
    assignee_user_id: Uuid,
    creation_time: DateTime<Utc>,
}

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("the row of task {task_id} is inconsistent: its status is {status:?}")]
struct InconsistentTask {
    task_id: i64,
    status: String,
}

impl TryFrom<TaskRow> for Task {
    type Error = sqlx::Error;

    fn try_from(row: TaskRow) -> Result<Self, sqlx::Error> {
        let status = match row.status.as_str() {
            "IN_PROGRESS" => TaskStatus::InProgress,
            "DONE" => TaskStatus::Done,
            _ => return Err(sqlx::Error::Decode(Box::new(InconsistentTask { task_id: row.task_id, status: row.status }))),
        };
        Ok(Self {
            task_id: TaskId(row.task_id),
            title: row.title,
            description: row.description,
            status,
            assignee_user_id: UserId(row.assignee_user_id),
            creation_time: row.creation_time,
        })
    }
}

/// Stores a new task.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    task: &NewTask,
    creator_user_id: UserId,
    assignee_user_id: UserId,
    creation_time: DateTime<Utc>,
) -> sqlx::Result<Task> {
    sqlx::query_as!(
        TaskRow,
        "INSERT INTO tracker.task (title, description, creator_user_id, assignee_user_id, creation_time)
         VALUES ($1, $2, $3, $4, $5)
         RETURNING task_id, title, description, status, assignee_user_id, creation_time",
        task.title(),
        task.description(),
        creator_user_id.0,
        assignee_user_id.0,
        creation_time
    )
    .fetch_one(connection)
    .await?
    .try_into()
}

/// The task, locked until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection, task_id: TaskId) -> sqlx::Result<Option<Task>> {
    sqlx::query_as!(
        TaskRow,
        "SELECT task_id, title, description, status, assignee_user_id, creation_time
         FROM tracker.task WHERE task_id = $1 FOR UPDATE",
        task_id.0
    )
    .fetch_optional(connection)
    .await?
    .map(Task::try_from)
    .transpose()
}

/// Marks a locked task as finished.
pub(crate) async fn mark_done(connection: &mut PgConnection, task_id: TaskId, resolution_time: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE tracker.task SET status = 'DONE', resolution_time = $2 WHERE task_id = $1", task_id.0, resolution_time)
        .execute(connection)
        .await
        .map(drop)
}

/// An employee's tasks of one status, newest first, those before `before`.
pub(crate) async fn of_assignee(
    executor: impl PgExecutor<'_>,
    assignee_user_id: UserId,
    status: TaskStatus,
    before: Option<TaskId>,
    limit: usize,
) -> sqlx::Result<Vec<Task>> {
    sqlx::query_as!(
        TaskRow,
        "SELECT task_id, title, description, status, assignee_user_id, creation_time
         FROM tracker.task
         WHERE assignee_user_id = $1 AND status = $2 AND task_id < $3
         ORDER BY task_id DESC
         LIMIT $4",
        assignee_user_id.0,
        status.to_string(),
        before.map_or(i64::MAX, |task_id| task_id.0),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(Task::try_from)
    .collect()
}

/// The tasks with these ids, in no particular order.
pub(crate) async fn by_ids(executor: impl PgExecutor<'_>, task_ids: &[TaskId]) -> sqlx::Result<Vec<Task>> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    sqlx::query_as!(
        TaskRow,
        "SELECT task_id, title, description, status, assignee_user_id, creation_time
         FROM tracker.task WHERE task_id = ANY ($1)",
        &task_ids
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(Task::try_from)
    .collect()
}
