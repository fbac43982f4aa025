use contracts::{Actor, Role, UserId};
use sqlx::PgConnection;

/// Records that somebody gave `user_id` another role.
pub(crate) async fn insert(connection: &mut PgConnection, actor: Actor, user_id: UserId, from: Role, to: Role) -> sqlx::Result<()> {
    let changed_by = actor.user_id().map(|user_id| user_id.0);
    sqlx::query!(
        "INSERT INTO auth.role_change (user_id, changed_by, from_role, to_role) VALUES ($1, $2, $3, $4)",
        user_id.0,
        changed_by,
        from.name(),
        to.name()
    )
    .execute(connection)
    .await
    .map(drop)
}
