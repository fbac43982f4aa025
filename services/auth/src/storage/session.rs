use chrono::{DateTime, Utc};
use contracts::{UserId, auth::Profile};
use sqlx::{PgConnection, PgExecutor};

use super::user::ProfileRow;
use crate::token::TokenHash;

/// Begins a session that lasts `hours`; answers when it ends.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    token_hash: TokenHash,
    user_id: UserId,
    hours: i32,
) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(
        "INSERT INTO auth.session (token_hash, user_id, expires_at) VALUES ($1, $2, now() + make_interval(hours => $3))
         RETURNING expires_at",
        token_hash.as_bytes(),
        user_id.0,
        hours
    )
    .fetch_one(connection)
    .await
}

/// A session that has not ended.
pub(crate) struct Holding {
    /// Who holds it.
    pub(crate) profile: Profile,
    /// Whether its use was last noted longer ago than it should be.
    pub(crate) is_unseen: bool,
}

/// The session, if it has not ended; `precision_minutes` says how long ago its use may have been noted.
pub(crate) async fn holding(executor: impl PgExecutor<'_>, token_hash: TokenHash, precision_minutes: i32) -> sqlx::Result<Option<Holding>> {
    let row = sqlx::query!(
        r#"SELECT "user".user_id, role, display_name, email, locale, "user".creation_time,
                  last_seen_at < now() - make_interval(mins => $2) AS "is_unseen!"
           FROM auth.session JOIN auth."user" USING (user_id)
           WHERE token_hash = $1 AND expires_at > now()"#,
        token_hash.as_bytes(),
        precision_minutes
    );
    let Some(row) = row.fetch_optional(executor).await? else {
        return Ok(None);
    };
    let profile = ProfileRow {
        user_id: row.user_id,
        role: row.role,
        display_name: row.display_name,
        email: row.email,
        locale: row.locale,
        creation_time: row.creation_time,
    };
    Ok(Some(Holding { profile: profile.try_into()?, is_unseen: row.is_unseen }))
}

/// Notes that the session was used, unless that was noted less than `precision_minutes` ago.
pub(crate) async fn touch(executor: impl PgExecutor<'_>, token_hash: TokenHash, precision_minutes: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE auth.session SET last_seen_at = now()
         WHERE token_hash = $1 AND last_seen_at < now() - make_interval(mins => $2)",
        token_hash.as_bytes(),
        precision_minutes
    )
    .execute(executor)
    .await
    .map(drop)
}

/// Ends one session.
pub(crate) async fn delete(executor: impl PgExecutor<'_>, token_hash: TokenHash) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM auth.session WHERE token_hash = $1", token_hash.as_bytes()).execute(executor).await.map(drop)
}

/// Ends all sessions of an employee.
pub(crate) async fn delete_all_of(executor: impl PgExecutor<'_>, user_id: UserId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM auth.session WHERE user_id = $1", user_id.0).execute(executor).await.map(drop)
}

/// Ends the oldest sessions of an employee, so that `kept` stay.
pub(crate) async fn delete_oldest_of(connection: &mut PgConnection, user_id: UserId, kept: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM auth.session WHERE token_hash IN (
             SELECT token_hash FROM auth.session WHERE user_id = $1
             ORDER BY creation_time DESC, token_hash OFFSET $2 FOR UPDATE SKIP LOCKED
         )",
        user_id.0,
        kept
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Deletes sessions that have ended by themselves, at most `batch`, leaving those that another transaction is busy with.
pub(crate) async fn delete_expired(connection: &mut PgConnection, batch: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM auth.session WHERE token_hash IN (
             SELECT token_hash FROM auth.session WHERE expires_at <= now()
             ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
         )",
        batch
    )
    .execute(connection)
    .await
    .map(drop)
}
