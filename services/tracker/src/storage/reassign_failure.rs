use contracts::{RunId, TaskId, reassign::ReassignFailure};
use sqlx::{PgConnection, PgExecutor};

/// Notes that tasks could not be given to anybody, for the first time or for good, each with the reason.
pub(crate) async fn note(connection: &mut PgConnection, run_id: RunId, failed: &[(TaskId, String)], is_final: bool) -> sqlx::Result<()> {
    let (task_ids, errors): (Vec<i64>, Vec<String>) = failed.iter().map(|(task_id, error)| (task_id.0, error.clone())).unzip();
    sqlx::query!(
        "INSERT INTO tracker.reassign_failure (run_id, task_id, error, is_final)
         SELECT $1, task_id, error, $4 FROM unnest($2::bigint[], $3::text[]) AS failed (task_id, error)
         ON CONFLICT (run_id, task_id) DO UPDATE SET error = excluded.error, is_final = excluded.is_final",
        run_id.0,
        &task_ids,
        &errors,
        is_final
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Takes back that tasks could not be given to anybody.
pub(crate) async fn forget(connection: &mut PgConnection, run_id: RunId, task_ids: &[TaskId]) -> sqlx::Result<()> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    sqlx::query!("DELETE FROM tracker.reassign_failure WHERE run_id = $1 AND task_id = ANY ($2)", run_id.0, &task_ids)
        .execute(connection)
        .await
        .map(drop)
}

/// A task that is to be tried once more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToRetry {
    pub(crate) task_id: TaskId,
    /// Whether it is open still. One that was finished meanwhile is no failure.
    pub(crate) is_open: bool,
}

/// The next tasks that are to be tried once more.
pub(crate) async fn to_retry(executor: impl PgExecutor<'_>, run_id: RunId, limit: usize) -> sqlx::Result<Vec<ToRetry>> {
    let rows = sqlx::query!(
        r#"SELECT task_id, task.status = 'IN_PROGRESS' AS "is_open!" FROM tracker.reassign_failure JOIN tracker.task USING (task_id)
           WHERE run_id = $1 AND NOT is_final ORDER BY task_id LIMIT $2"#,
        run_id.0,
        i64::try_from(limit).unwrap_or(i64::MAX)
    );
    let rows = rows.fetch_all(executor).await?.into_iter();
    Ok(rows.map(|row| ToRetry { task_id: TaskId(row.task_id), is_open: row.is_open }).collect())
}

/// Lets stand what was noted for the first time and will not be tried once more, because the run ends.
pub(crate) async fn close(connection: &mut PgConnection, run_id: RunId) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM tracker.reassign_failure USING tracker.task
         WHERE task.task_id = reassign_failure.task_id AND run_id = $1 AND NOT is_final AND task.status <> 'IN_PROGRESS'",
        run_id.0
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("UPDATE tracker.reassign_failure SET is_final = true WHERE run_id = $1 AND NOT is_final", run_id.0)
        .execute(connection)
        .await
        .map(drop)
}

/// The tasks that a run could not give to anybody, also when they were tried once more: those after `after`.
pub(crate) async fn of_run(
    executor: impl PgExecutor<'_>,
    run_id: RunId,
    after: TaskId,
    limit: usize,
) -> sqlx::Result<Vec<ReassignFailure>> {
    let rows = sqlx::query!(
        "SELECT task_id, error FROM tracker.reassign_failure WHERE run_id = $1 AND is_final AND task_id > $2 ORDER BY task_id LIMIT $3",
        run_id.0,
        after.0,
        i64::try_from(limit).unwrap_or(i64::MAX)
    );
    let failure = |task_id, error| ReassignFailure { task_id: TaskId(task_id), error: Some(error) };
    Ok(rows.fetch_all(executor).await?.into_iter().map(|row| failure(row.task_id, row.error)).collect())
}
