use contracts::{Actor, Role, ServiceError, UserId, auth::Profile};
use platform::database::Failure;

use crate::{
    Auth,
    storage::{self, lock::Lock},
};

/// Gives an employee another role, and records who did it (specification, "People and roles").
pub(crate) async fn set_role(auth: &Auth, actor: Actor, user_id: UserId, role: Role) -> Result<Profile, Failure> {
    actor.require(&[Role::Admin])?;

    let mut transaction = auth.pool.begin().await?;
    // Two admins who demote each other take turns, so the second one sees that it is the last.
    storage::lock::take(&mut transaction, Lock::Roles).await?;
    let mut profile = storage::user::profile(&mut *transaction, user_id).await?.ok_or(ServiceError::NotFound)?;
    let from = profile.user.role;
    if from == role {
        return Ok(profile);
    }
    if from == Role::Admin && storage::user::holders(&mut *transaction, &[Role::Admin]).await?.len() == 1 {
        return Err(ServiceError::LastAdmin.into());
    }
    storage::user::set_role(&mut transaction, user_id, role).await?;
    storage::role_change::insert(&mut transaction, actor, user_id, from, role).await?;
    transaction.commit().await?;

    tracing::info!(%user_id, %from, to = %role, ?actor, "role changed");
    profile.user.role = role;
    Ok(profile)
}
