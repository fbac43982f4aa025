use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{
    RebuildId, UserId,
    analytics::{Rebuild, RebuildStatus},
};
use sqlx::{PgConnection, PgExecutor, postgres::types::PgInterval};
use uuid::Uuid;

/// A row of `analytics.rebuild`.
struct Row {
    rebuild_id: i64,
    status: String,
    started_by: Option<Uuid>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    events_total: i64,
    events_read: i64,
    unpriced_tasks: i64,
    difference: Option<String>,
}

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("rebuild {rebuild_id} has the status {status:?}")]
struct InconsistentRebuild {
    rebuild_id: i64,
    status: String,
}

impl TryFrom<Row> for Rebuild {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let Some(status) = RebuildStatus::named(&row.status) else {
            return Err(sqlx::Error::Decode(Box::new(InconsistentRebuild { rebuild_id: row.rebuild_id, status: row.status })));
        };
        Ok(Self {
            rebuild_id: RebuildId(row.rebuild_id),
            status,
            started_by: row.started_by.map(UserId),
            started_at: row.started_at,
            finished_at: row.finished_at,
            events_total: row.events_total,
            events_read: row.events_read,
            unpriced_tasks: row.unpriced_tasks,
            difference: row.difference,
        })
    }
}

/// The newest rebuild.
pub(crate) async fn newest(executor: impl PgExecutor<'_>) -> sqlx::Result<Option<Rebuild>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT rebuild_id, status, started_by, started_at, finished_at, events_total, events_read, unpriced_tasks, difference
         FROM analytics.rebuild ORDER BY rebuild_id DESC LIMIT 1"
    );
    row.fetch_optional(executor).await?.map(Rebuild::try_from).transpose()
}

/// Ends the one whose process has not got on for so long: it has died.
pub(crate) async fn end_abandoned(connection: &mut PgConnection, heartbeat_age_max: Duration) -> sqlx::Result<()> {
    let microseconds = i64::try_from(heartbeat_age_max.as_micros()).unwrap_or(i64::MAX);
    sqlx::query!(
        "UPDATE analytics.rebuild SET status = 'failed', finished_at = now() WHERE status = 'running' AND heartbeat_at < now() - $1::interval",
        PgInterval { months: 0, days: 0, microseconds }
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Begins one. Nothing where one is running.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    started_by: Option<UserId>,
    events_total: i64,
) -> sqlx::Result<Option<RebuildId>> {
    let rebuild_id = sqlx::query_scalar!(
        "INSERT INTO analytics.rebuild (started_by, events_total) VALUES ($1, $2)
         ON CONFLICT ((true)) WHERE status = 'running' DO NOTHING
         RETURNING rebuild_id",
        started_by.map(|user_id| user_id.0),
        events_total
    );
    Ok(rebuild_id.fetch_optional(connection).await?.map(RebuildId))
}

/// Notes how far a rebuild is, and locks it. False where it is no longer running: somebody took its process for dead.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    rebuild_id: RebuildId,
    events: usize,
    unpriced_tasks: usize,
) -> sqlx::Result<bool> {
    let advanced = sqlx::query!(
        "UPDATE analytics.rebuild
         SET heartbeat_at = clock_timestamp(), events_read = events_read + $2, unpriced_tasks = unpriced_tasks + $3
         WHERE rebuild_id = $1 AND status = 'running'",
        rebuild_id.0,
        i64::try_from(events).unwrap_or(i64::MAX),
        i64::try_from(unpriced_tasks).unwrap_or(i64::MAX)
    );
    Ok(advanced.execute(connection).await?.rows_affected() == 1)
}

/// Ends a rebuild, unless it has ended before.
pub(crate) async fn end(
    connection: &mut PgConnection,
    rebuild_id: RebuildId,
    status: RebuildStatus,
    difference: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE analytics.rebuild SET status = $2, difference = $3, finished_at = clock_timestamp()
         WHERE rebuild_id = $1 AND status = 'running'",
        rebuild_id.0,
        status.name(),
        difference
    )
    .execute(connection)
    .await
    .map(drop)
}
