use sqlx::PgExecutor;

/// Whether there is no employee yet.
pub(crate) async fn is_empty(executor: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT FROM auth."user") AS "is_empty!""#).fetch_one(executor).await
}
