use chrono::{DateTime, Utc};
use contracts::{RunId, UserId, reassign::ReassignShare};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Adds to what a run changed for employees.
pub(crate) async fn add(connection: &mut PgConnection, run_id: RunId, shares: &[(UserId, ReassignShare)]) -> sqlx::Result<()> {
    let users: Vec<Uuid> = shares.iter().map(|(user_id, _)| user_id.0).collect();
    let gained: Vec<i64> = shares.iter().map(|(_, share)| share.gained).collect();
    let lost: Vec<i64> = shares.iter().map(|(_, share)| share.lost).collect();
    sqlx::query!(
        "INSERT INTO tracker.reassign_share (run_id, user_id, gained, lost)
         SELECT $1, user_id, gained, lost FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS more (user_id, gained, lost)
         ON CONFLICT (run_id, user_id) DO UPDATE
         SET gained = reassign_share.gained + excluded.gained, lost = reassign_share.lost + excluded.lost",
        run_id.0,
        &users,
        &gained,
        &lost
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The newest run that has ended and changed something for an employee, where it ended after a moment, and what it changed.
pub(crate) async fn newest_of_user(
    executor: impl PgExecutor<'_>,
    user_id: UserId,
    after: DateTime<Utc>,
) -> sqlx::Result<Option<(RunId, ReassignShare)>> {
    let row = sqlx::query!(
        "SELECT run_id, gained, lost FROM tracker.reassign_share JOIN tracker.reassign_run USING (run_id)
         WHERE user_id = $1 AND finished_at > $2 ORDER BY run_id DESC LIMIT 1",
        user_id.0,
        after
    );
    Ok(row.fetch_optional(executor).await?.map(|row| (RunId(row.run_id), ReassignShare { gained: row.gained, lost: row.lost })))
}
