use contracts::{
    RunId, TaskId, UserId,
    tracker::{ASSIGNMENTS_SHOWN_MAX, Assignment},
};
use sqlx::PgExecutor;

/// To whom a task was given, the newest first.
pub(crate) async fn of_task(executor: impl PgExecutor<'_>, task_id: TaskId) -> sqlx::Result<Vec<Assignment>> {
    let rows = sqlx::query!(
        "SELECT assignee_user_id, assigned_at, run_id FROM tracker.assignment WHERE task_id = $1 ORDER BY assignment_id DESC LIMIT $2",
        task_id.0,
        i64::try_from(ASSIGNMENTS_SHOWN_MAX).unwrap_or(i64::MAX)
    );
    let rows = rows.fetch_all(executor).await?.into_iter();
    let assignment = rows.map(|row| Assignment {
        assignee_user_id: UserId(row.assignee_user_id),
        assigned_at: row.assigned_at,
        run_id: row.run_id.map(RunId),
    });
    Ok(assignment.collect())
}

/// How often a task was given to somebody.
pub(crate) async fn count_of_task(executor: impl PgExecutor<'_>, task_id: TaskId) -> sqlx::Result<u64> {
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM tracker.assignment WHERE task_id = $1"#, task_id.0);
    Ok(count.fetch_one(executor).await?.unsigned_abs())
}
