use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// The moment of the current transaction on the company's clock, which people see. Sessions and tickets go by the real time.
pub(crate) async fn company_now(executor: impl PgExecutor<'_>) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"SELECT bus.company_now() AS "now!""#).fetch_one(executor).await
}
