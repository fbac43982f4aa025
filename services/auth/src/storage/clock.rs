use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// The time of the current transaction: the one clock that all processes share.
pub(crate) async fn now(executor: impl PgExecutor<'_>) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(executor).await
}
