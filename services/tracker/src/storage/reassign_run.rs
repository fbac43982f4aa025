use chrono::{DateTime, Utc};
use contracts::{
    RunId, TaskId, UserId,
    reassign::{ReassignRun, ReassignStatus},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A row of `tracker.reassign_run` with the number of its failures.
struct Row {
    run_id: i64,
    status: String,
    started_by: Option<Uuid>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    open_tasks: i64,
    assigned: i64,
    failures: i64,
    advanced_at: DateTime<Utc>,
}

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("reassignment {run_id} has the status {status:?}")]
struct InconsistentRun {
    run_id: i64,
    status: String,
}

impl TryFrom<Row> for ReassignRun {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let Some(status) = ReassignStatus::named(&row.status) else {
            return Err(sqlx::Error::Decode(Box::new(InconsistentRun { run_id: row.run_id, status: row.status })));
        };
        Ok(Self {
            run_id: RunId(row.run_id),
            status,
            started_by: row.started_by.map(UserId),
            started_at: row.started_at,
            finished_at: row.finished_at,
            open_tasks: row.open_tasks,
            assigned: row.assigned,
            failures: row.failures,
            advanced_at: row.advanced_at,
        })
    }
}

/// Starts a run over all tasks that are open now. Nothing where one is running.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    started_by: Option<UserId>,
    started_at: DateTime<Utc>,
) -> sqlx::Result<Option<RunId>> {
    let run_id = sqlx::query_scalar!(
        "INSERT INTO tracker.reassign_run (started_by, started_at, advanced_at, last_task_id, open_tasks)
         SELECT $1, $2, $2, coalesce(max(task_id), 0), count(*) FROM tracker.task WHERE status = 'IN_PROGRESS'
         ON CONFLICT ((true)) WHERE status = 'running' DO NOTHING
         RETURNING run_id",
        started_by.map(|user_id| user_id.0),
        started_at
    );
    Ok(run_id.fetch_optional(connection).await?.map(RunId))
}

/// The run that is running.
pub(crate) async fn running(executor: impl PgExecutor<'_>) -> sqlx::Result<Option<RunId>> {
    let run_id = sqlx::query_scalar!("SELECT run_id FROM tracker.reassign_run WHERE status = 'running'");
    Ok(run_id.fetch_optional(executor).await?.map(RunId))
}

/// How many tasks are open.
pub(crate) async fn open_tasks(executor: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM tracker.task WHERE status = 'IN_PROGRESS'"#).fetch_one(executor).await
}

/// The newest runs, those before `before`.
pub(crate) async fn newest(executor: impl PgExecutor<'_>, before: Option<RunId>, limit: usize) -> sqlx::Result<Vec<ReassignRun>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT run_id, status, started_by, started_at, finished_at, open_tasks, assigned, advanced_at, (
               SELECT count(*) FROM tracker.reassign_failure WHERE reassign_failure.run_id = reassign_run.run_id AND is_final
           ) AS "failures!"
           FROM tracker.reassign_run
           WHERE run_id < $1
           ORDER BY run_id DESC
           LIMIT $2"#,
        before.map_or(i64::MAX, |run_id| run_id.0),
        i64::try_from(limit).unwrap_or(i64::MAX)
    );
    rows.fetch_all(executor).await?.into_iter().map(ReassignRun::try_from).collect()
}

/// One run.
pub(crate) async fn by_id(executor: impl PgExecutor<'_>, run_id: RunId) -> sqlx::Result<Option<ReassignRun>> {
    let runs = newest(executor, Some(RunId(run_id.0.saturating_add(1))), 1).await?;
    Ok(runs.into_iter().find(|run| run.run_id == run_id))
}

/// A run that is running, under its lock.
pub(crate) struct LockedRun {
    /// Which batch is next.
    pub(crate) batch_no: i64,
    /// The task up to which all are through.
    pub(crate) cursor: TaskId,
    /// The newest task when it started.
    pub(crate) last: TaskId,
    /// How many tasks it has given to somebody.
    pub(crate) assigned: i64,
}

/// Locks a run that is running and whose next batch this is.
pub(crate) async fn lock(connection: &mut PgConnection, run_id: RunId, batch_no: i64) -> sqlx::Result<Option<LockedRun>> {
    let row = sqlx::query!(
        "SELECT batch_no, cursor_task_id, last_task_id, assigned FROM tracker.reassign_run
         WHERE run_id = $1 AND batch_no = $2 AND status = 'running' FOR NO KEY UPDATE",
        run_id.0,
        batch_no
    );
    Ok(row.fetch_optional(connection).await?.map(|row| LockedRun {
        batch_no: row.batch_no,
        cursor: TaskId(row.cursor_task_id),
        last: TaskId(row.last_task_id),
        assigned: row.assigned,
    }))
}

/// Stores how far a locked run is.
pub(crate) async fn advance(connection: &mut PgConnection, run_id: RunId, run: &LockedRun, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE tracker.reassign_run SET batch_no = $2, cursor_task_id = $3, assigned = $4, advanced_at = $5 WHERE run_id = $1",
        run_id.0,
        run.batch_no,
        run.cursor.0,
        run.assigned,
        at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Ends a run, unless it has ended; whether it did. Tasks that it could not give to anybody are failures now.
pub(crate) async fn end(
    connection: &mut PgConnection,
    run_id: RunId,
    status: ReassignStatus,
    finished_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        "UPDATE tracker.reassign_run SET status = $2, finished_at = $3 WHERE run_id = $1 AND status = 'running'",
        run_id.0,
        status.name(),
        finished_at
    );
    let has_ended = ended.execute(&mut *connection).await?.rows_affected() > 0;
    if has_ended {
        super::reassign_failure::close(connection, run_id).await?;
    }
    Ok(has_ended)
}
