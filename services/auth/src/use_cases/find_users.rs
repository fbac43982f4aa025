use contracts::{
    ServiceError, UserId,
    auth::{Profile, USERS_MAX, User},
};
use platform::database::Failure;

use crate::{Auth, storage};

/// The employee with this id.
pub(crate) async fn find_profile(auth: &Auth, user_id: UserId) -> Result<Profile, Failure> {
    let profile = storage::user::profile(&auth.pool, user_id).await?;
    Ok(profile.ok_or(ServiceError::NotFound)?)
}

/// Those of these employees that there are.
pub(crate) async fn find_users(auth: &Auth, user_ids: &[UserId]) -> Result<Vec<User>, Failure> {
    if user_ids.len() > USERS_MAX {
        return Err(ServiceError::TooMany { max: USERS_MAX }.into());
    }
    let profiles = storage::user::profiles(&auth.pool, user_ids).await?;
    Ok(profiles.into_iter().map(|profile| profile.user).collect())
}
