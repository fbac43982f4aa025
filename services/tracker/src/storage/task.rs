use chrono::{DateTime, Utc};
use contracts::{
    RunId, TaskId, UserId,
    tracker::{CreationKey, NewTask, SearchText, TASKS_COUNTED_MAX, TASKS_PAGE_MAX, Task, TaskCounts, TaskOrder, TaskQuery, TaskStatus},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// How long a run waits for a task that somebody else has locked, as PostgreSQL writes it: finishing a task takes milliseconds.
const LOCKED_TASK_TIMEOUT: &str = "1s";

/// A row of `tracker.task` as PostgreSQL gives it.
struct TaskRow {
    task_id: i64,
    title: String,
    description: String,
    status: String,
    assignee_user_id: Uuid,
    creation_time: DateTime<Utc>,
    assigned_at: DateTime<Utc>,
    resolution_time: Option<DateTime<Utc>>,
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
            assigned_at: row.assigned_at,
            resolution_time: row.resolution_time,
        })
    }
}

/// Reads tasks: all their columns, and what the rest of the statement says.
macro_rules! select_tasks {
    ($first:literal $(+ $more:literal)* $(, $argument:expr)*) => {
        sqlx::query_as!(
            TaskRow,
            "SELECT task_id, title, description, status, assignee_user_id, creation_time, assigned_at, resolution_time FROM tracker.task "
                + $first
                $(+ $more)*
            $(, $argument)*
        )
    };
}

/// Stores a new task, and who is given it. Nothing where its creator has created one by this key already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    task: &NewTask,
    key: Option<&CreationKey>,
    creator_user_id: UserId,
    assignee_user_id: UserId,
    creation_time: DateTime<Utc>,
) -> sqlx::Result<Option<Task>> {
    let task_id = sqlx::query_scalar!(
        r#"WITH task AS (
               INSERT INTO tracker.task (title, description, creation_key, creator_user_id, assignee_user_id, creation_time, assigned_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6)
               ON CONFLICT (creator_user_id, creation_key) WHERE creation_key IS NOT NULL DO NOTHING
               RETURNING task_id
           )
           INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at)
           SELECT task_id, $5, $6 FROM task
           RETURNING task_id"#,
        task.title(),
        task.description(),
        key.map(CreationKey::as_str),
        creator_user_id.0,
        assignee_user_id.0,
        creation_time
    );
    Ok(task_id.fetch_optional(connection).await?.map(|task_id| Task {
        task_id: TaskId(task_id),
        title: task.title().to_owned(),
        description: task.description().to_owned(),
        status: TaskStatus::InProgress,
        assignee_user_id,
        creation_time,
        assigned_at: creation_time,
        resolution_time: None,
    }))
}

/// The task that its creator has created by this key.
pub(crate) async fn by_key(executor: impl PgExecutor<'_>, creator_user_id: UserId, key: &CreationKey) -> sqlx::Result<Option<Task>> {
    select_tasks!("WHERE creator_user_id = $1 AND creation_key = $2", creator_user_id.0, key.as_str())
        .fetch_optional(executor)
        .await?
        .map(Task::try_from)
        .transpose()
}

/// The task, locked until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection, task_id: TaskId) -> sqlx::Result<Option<Task>> {
    select_tasks!("WHERE task_id = $1 FOR NO KEY UPDATE", task_id.0).fetch_optional(connection).await?.map(Task::try_from).transpose()
}

/// Marks a locked task as finished.
pub(crate) async fn mark_done(connection: &mut PgConnection, task_id: TaskId, resolution_time: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE tracker.task SET status = 'DONE', resolution_time = $2 WHERE task_id = $1", task_id.0, resolution_time)
        .execute(connection)
        .await
        .map(drop)
}

/// Reads an employee's tasks: those after one of them in an order, which is an operator and its direction.
macro_rules! select_own_tasks {
    ($after:literal, $direction:literal, $assignee:expr, $last:expr, $query:expr) => {
        select_tasks!(
            "WHERE assignee_user_id = $1 AND status = $2 AND task_id "
                + $after
                + " $3
               AND ($4::text IS NULL OR task_id::text = $4 OR position(lower($4) IN lower(title || ' ' || description)) > 0
                    OR to_tsvector('russian', title || ' ' || description) @@ websearch_to_tsquery('russian', $4))
             ORDER BY task_id "
                + $direction
                + " LIMIT $5",
            $assignee.0,
            $query.status.to_string(),
            $last,
            $query.search.as_ref().map(SearchText::as_str),
            i64::try_from($query.limit.min(TASKS_PAGE_MAX)).unwrap_or(i64::MAX)
        )
    };
}

/// An employee's tasks. What is looked for is compared with each of them: that is work for those who have many, but costs nothing when
/// tasks are stored. The Russian configuration knows English words, too.
pub(crate) async fn of_assignee(executor: impl PgExecutor<'_>, assignee_user_id: UserId, query: &TaskQuery) -> sqlx::Result<Vec<Task>> {
    let last = query.after.map(|task_id| task_id.0);
    let rows = match query.order {
        TaskOrder::Newest => select_own_tasks!("<", "DESC", assignee_user_id, last.unwrap_or(i64::MAX), query).fetch_all(executor).await?,
        TaskOrder::Oldest => select_own_tasks!(">", "ASC", assignee_user_id, last.unwrap_or(0), query).fetch_all(executor).await?,
    };
    rows.into_iter().map(Task::try_from).collect()
}

/// How many tasks an employee has.
pub(crate) async fn counts_of_assignee(executor: impl PgExecutor<'_>, assignee_user_id: UserId) -> sqlx::Result<TaskCounts> {
    let counted = sqlx::query!(
        r#"SELECT
               (SELECT count(*) FROM (SELECT FROM tracker.task WHERE assignee_user_id = $1 AND status = 'IN_PROGRESS' LIMIT $2) AS t) AS "open!",
               (SELECT count(*) FROM (SELECT FROM tracker.task WHERE assignee_user_id = $1 AND status = 'DONE' LIMIT $2) AS t) AS "done!""#,
        assignee_user_id.0,
        i64::try_from(TASKS_COUNTED_MAX).unwrap_or(i64::MAX)
    );
    let counted = counted.fetch_one(executor).await?;
    Ok(TaskCounts { open: counted.open.unsigned_abs(), done: counted.done.unsigned_abs() })
}

/// The tasks with these ids, in no particular order.
pub(crate) async fn by_ids(executor: impl PgExecutor<'_>, task_ids: &[TaskId]) -> sqlx::Result<Vec<Task>> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    select_tasks!("WHERE task_id = ANY ($1)", &task_ids).fetch_all(executor).await?.into_iter().map(Task::try_from).collect()
}

/// Who created a task.
pub(crate) async fn creator(executor: impl PgExecutor<'_>, task_id: TaskId) -> sqlx::Result<Option<UserId>> {
    let creator = sqlx::query_scalar!("SELECT creator_user_id FROM tracker.task WHERE task_id = $1", task_id.0);
    Ok(creator.fetch_optional(executor).await?.map(UserId))
}

/// The next open tasks after one and up to another, in the order of their numbers. They are not locked: some may be finished a moment
/// later.
pub(crate) async fn open_window(executor: impl PgExecutor<'_>, after: TaskId, last: TaskId, limit: usize) -> sqlx::Result<Vec<TaskId>> {
    let task_ids = sqlx::query_scalar!(
        "SELECT task_id FROM tracker.task
         WHERE status = 'IN_PROGRESS' AND task_id > $1 AND task_id <= $2
         ORDER BY task_id
         LIMIT $3",
        after.0,
        last.0,
        i64::try_from(limit).unwrap_or(i64::MAX)
    );
    Ok(task_ids.fetch_all(executor).await?.into_iter().map(TaskId).collect())
}

/// An open task and who has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) task_id: TaskId,
    pub(crate) holder: UserId,
}

/// Locks those of these tasks that are open still and that nobody else has locked, until the transaction ends. In the order of their
/// numbers.
pub(crate) async fn lock_free(connection: &mut PgConnection, task_ids: &[TaskId]) -> sqlx::Result<Vec<Held>> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    let locked = sqlx::query!(
        "SELECT task_id, assignee_user_id FROM tracker.task
         WHERE task_id = ANY ($1) AND status = 'IN_PROGRESS' ORDER BY task_id FOR NO KEY UPDATE SKIP LOCKED",
        &task_ids
    );
    let held = |task_id, holder| Held { task_id: TaskId(task_id), holder: UserId(holder) };
    Ok(locked.fetch_all(connection).await?.into_iter().map(|row| held(row.task_id, row.assignee_user_id)).collect())
}

/// Locks a task if it is open still, as soon as nobody else has it locked. That is waited for as long as [`LOCKED_TASK_TIMEOUT`] says, and
/// so are other locks until the transaction ends: the run's lock is held meanwhile.
pub(crate) async fn lock_open(connection: &mut PgConnection, task_id: TaskId) -> sqlx::Result<Option<Held>> {
    sqlx::query!("SELECT set_config('lock_timeout', $1, true)", LOCKED_TASK_TIMEOUT).fetch_one(&mut *connection).await?;
    let task = lock(connection, task_id).await?.filter(|task| task.status == TaskStatus::InProgress);
    Ok(task.map(|task| Held { task_id, holder: task.assignee_user_id }))
}

/// Gives locked tasks to employees.
pub(crate) async fn assign(
    connection: &mut PgConnection,
    task_ids: &[TaskId],
    assignees: &[UserId],
    assigned_at: DateTime<Utc>,
    run_id: RunId,
) -> sqlx::Result<()> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    let assignees: Vec<Uuid> = assignees.iter().map(|user_id| user_id.0).collect();
    sqlx::query!(
        "WITH given AS (
             SELECT task_id, assignee_user_id FROM unnest($1::bigint[], $2::uuid[]) AS given (task_id, assignee_user_id)
         ), updated AS (
             UPDATE tracker.task SET assignee_user_id = given.assignee_user_id, assigned_at = $3 FROM given
             WHERE task.task_id = given.task_id
         )
         INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at, run_id)
         SELECT task_id, assignee_user_id, $3, $4 FROM given",
        &task_ids,
        &assignees,
        assigned_at,
        run_id.0
    )
    .execute(connection)
    .await
    .map(drop)
}
