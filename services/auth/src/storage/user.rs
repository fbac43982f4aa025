use chrono::{DateTime, Utc};
use contracts::{
    Locale, Role, UserId,
    auth::{Profile, User},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// The index that keeps addresses apart, however they are capitalised.
pub(crate) const EMAIL_INDEX: &str = "user_email_key";

/// A row of `auth."user"` as PostgreSQL gives it.
pub(crate) struct ProfileRow {
    pub(crate) user_id: Uuid,
    pub(crate) role: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) locale: String,
    pub(crate) creation_time: DateTime<Utc>,
}

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("the row of employee {user_id} is inconsistent: {column} is {value:?}")]
pub(crate) struct InconsistentUser {
    user_id: UserId,
    column: &'static str,
    value: String,
}

impl From<InconsistentUser> for sqlx::Error {
    fn from(inconsistency: InconsistentUser) -> Self {
        Self::Decode(Box::new(inconsistency))
    }
}

impl TryFrom<ProfileRow> for Profile {
    type Error = InconsistentUser;

    fn try_from(row: ProfileRow) -> Result<Self, InconsistentUser> {
        let user_id = UserId(row.user_id);
        let Ok(role) = row.role.parse() else {
            return Err(InconsistentUser { user_id, column: "role", value: row.role });
        };
        let Ok(locale) = row.locale.parse() else {
            return Err(InconsistentUser { user_id, column: "locale", value: row.locale });
        };
        let user = User { user_id, role, display_name: row.display_name, creation_time: row.creation_time };
        Ok(Self { user, email: row.email, locale })
    }
}

/// Whether there is no employee yet.
pub(crate) async fn is_empty(executor: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT FROM auth."user") AS "is_empty!""#).fetch_one(executor).await
}

/// Adds an employee.
pub(crate) async fn insert(connection: &mut PgConnection, profile: &Profile) -> sqlx::Result<()> {
    sqlx::query!(
        r#"INSERT INTO auth."user" (user_id, role, display_name, email, locale, creation_time) VALUES ($1, $2, $3, $4, $5, $6)"#,
        profile.user.user_id.0,
        profile.user.role.name(),
        profile.user.display_name,
        profile.email,
        profile.locale.tag(),
        profile.user.creation_time
    )
    .execute(connection)
    .await
    .map(drop)
}

/// One employee.
pub(crate) async fn profile(executor: impl PgExecutor<'_>, user_id: UserId) -> sqlx::Result<Option<Profile>> {
    let row = sqlx::query_as!(
        ProfileRow,
        r#"SELECT user_id, role, display_name, email, locale, creation_time FROM auth."user" WHERE user_id = $1"#,
        user_id.0
    );
    Ok(row.fetch_optional(executor).await?.map(Profile::try_from).transpose()?)
}

/// Those of these employees that there are.
pub(crate) async fn profiles(executor: impl PgExecutor<'_>, user_ids: &[UserId]) -> sqlx::Result<Vec<Profile>> {
    let user_ids: Vec<Uuid> = user_ids.iter().map(|user_id| user_id.0).collect();
    let rows = sqlx::query_as!(
        ProfileRow,
        r#"SELECT user_id, role, display_name, email, locale, creation_time FROM auth."user" WHERE user_id = ANY ($1)"#,
        &user_ids
    );
    in_domain(rows.fetch_all(executor).await?)
}

/// A page of the employees by name: those after `after` whose name or address matches the LIKE pattern.
pub(crate) async fn page(
    executor: impl PgExecutor<'_>,
    pattern: Option<&str>,
    after: Option<UserId>,
    limit: i64,
) -> sqlx::Result<Vec<Profile>> {
    let rows = sqlx::query_as!(
        ProfileRow,
        r#"SELECT user_id, role, display_name, email, locale, creation_time FROM auth."user"
           WHERE ($1::text IS NULL OR display_name ILIKE $1 OR email COLLATE "und-x-icu" ILIKE $1)
             AND ($2::uuid IS NULL OR (lower(display_name), user_id) > (
                     SELECT lower(display_name), user_id FROM auth."user" WHERE user_id = $2))
           ORDER BY lower(display_name), user_id LIMIT $3"#,
        pattern,
        after.map(|user_id| user_id.0),
        limit
    );
    in_domain(rows.fetch_all(executor).await?)
}

/// Everybody who holds one of these roles, in the order of their ids.
pub(crate) async fn holders(executor: impl PgExecutor<'_>, roles: &[Role]) -> sqlx::Result<Vec<UserId>> {
    let roles: Vec<String> = roles.iter().map(|role| role.name().to_owned()).collect();
    let user_ids = sqlx::query_scalar!(r#"SELECT user_id FROM auth."user" WHERE role = ANY ($1) ORDER BY user_id"#, &roles);
    Ok(user_ids.fetch_all(executor).await?.into_iter().map(UserId).collect())
}

/// Gives an employee another role.
pub(crate) async fn set_role(connection: &mut PgConnection, user_id: UserId, role: Role) -> sqlx::Result<()> {
    sqlx::query!(r#"UPDATE auth."user" SET role = $2 WHERE user_id = $1"#, user_id.0, role.name()).execute(connection).await.map(drop)
}

/// Sets an employee's language; answers whether there is such an employee.
pub(crate) async fn set_locale(executor: impl PgExecutor<'_>, user_id: UserId, locale: Locale) -> sqlx::Result<bool> {
    let updated = sqlx::query!(r#"UPDATE auth."user" SET locale = $2 WHERE user_id = $1"#, user_id.0, locale.tag());
    Ok(updated.execute(executor).await?.rows_affected() == 1)
}

fn in_domain(rows: Vec<ProfileRow>) -> sqlx::Result<Vec<Profile>> {
    rows.into_iter().map(|row| Profile::try_from(row).map_err(sqlx::Error::from)).collect()
}
