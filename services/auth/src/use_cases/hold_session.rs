use contracts::auth::{Profile, SecretToken};
use platform::database::Failure;

use crate::{Auth, session, storage, token::TokenHash};

/// Who holds this session, with the role of this moment.
pub(crate) async fn hold_session(auth: &Auth, token: &SecretToken) -> Result<Option<Profile>, Failure> {
    let Some(hash) = TokenHash::of(token) else { return Ok(None) };
    let Some(holding) = storage::session::holding(&auth.pool, hash, session::LAST_SEEN_PRECISION_MINUTES).await? else {
        return Ok(None);
    };
    if holding.is_unseen {
        storage::session::touch(&auth.pool, hash, session::LAST_SEEN_PRECISION_MINUTES).await?;
    }
    Ok(Some(holding.profile))
}
