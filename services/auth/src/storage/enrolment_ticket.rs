use sqlx::PgConnection;

use crate::{recogniser::Template, token::TokenHash};

/// Keeps the template of an unknown parrot for `minutes`.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    token_hash: TokenHash,
    recogniser: &str,
    template: &Template,
    minutes: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO auth.enrolment_ticket (token_hash, recogniser, template, expires_at)
         VALUES ($1, $2, $3, now() + make_interval(mins => $4))",
        token_hash.as_bytes(),
        recogniser,
        template.0,
        minutes
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Uses up a ticket: it is gone once the transaction commits, and back when it does not. `None` where there is no such ticket,
/// it has expired, or another recogniser made its template.
pub(crate) async fn take(connection: &mut PgConnection, token_hash: TokenHash, recogniser: &str) -> sqlx::Result<Option<Template>> {
    let template = sqlx::query_scalar!(
        "DELETE FROM auth.enrolment_ticket WHERE token_hash = $1 AND recogniser = $2 AND expires_at > now() RETURNING template",
        token_hash.as_bytes(),
        recogniser
    );
    Ok(template.fetch_optional(connection).await?.map(Template))
}

/// Deletes expired tickets, at most `batch`, leaving those that another transaction is busy with.
pub(crate) async fn delete_expired(connection: &mut PgConnection, batch: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM auth.enrolment_ticket WHERE token_hash IN (
             SELECT token_hash FROM auth.enrolment_ticket WHERE expires_at <= now()
             ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
         )",
        batch
    )
    .execute(connection)
    .await
    .map(drop)
}
