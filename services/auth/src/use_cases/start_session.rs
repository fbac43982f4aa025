use contracts::auth::{LoggedIn, Profile};
use sqlx::PgConnection;

use crate::{Auth, session, storage, token};

/// Begins a session for an employee whose beak was recognised, and clears away some that have ended.
pub(crate) async fn start_session(auth: &Auth, connection: &mut PgConnection, profile: Profile) -> sqlx::Result<LoggedIn> {
    let user_id = profile.user.user_id;
    storage::session::delete_expired(connection, session::EXPIRED_BATCH).await?;
    storage::session::delete_oldest_of(connection, user_id, session::SESSIONS_PER_USER_MAX - 1).await?;
    let (token, hash) = token::draw(&auth.randomness);
    let expires_at = storage::session::insert(connection, hash, user_id, session::hours(auth.settings.session_days)).await?;
    Ok(LoggedIn { token, expires_at, profile })
}
