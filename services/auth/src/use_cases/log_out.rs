use contracts::{Caller, auth::SecretToken};
use platform::database::Failure;

use crate::{Auth, storage, token::TokenHash};

/// Ends one session.
pub(crate) async fn log_out(auth: &Auth, token: &SecretToken) -> Result<(), Failure> {
    if let Some(hash) = TokenHash::of(token) {
        storage::session::delete(&auth.pool, hash).await?;
    }
    Ok(())
}

/// Ends every session of the caller.
pub(crate) async fn log_out_everywhere(auth: &Auth, caller: Caller) -> Result<(), Failure> {
    storage::session::delete_all_of(&auth.pool, caller.user_id).await?;
    tracing::info!(user_id = %caller.user_id, "logged out everywhere");
    Ok(())
}
