use contracts::{Caller, Locale, ServiceError};
use platform::database::Failure;

use crate::{Auth, storage};

/// Sets the language of the caller's letters and pages.
pub(crate) async fn set_locale(auth: &Auth, caller: Caller, locale: Locale) -> Result<(), Failure> {
    let is_there = storage::user::set_locale(&auth.pool, caller.user_id, locale).await?;
    if is_there { Ok(()) } else { Err(ServiceError::NotFound.into()) }
}
