use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use super::{Database, Role, Schema};

/// Creates the roles; see the comment at its head.
const ROLES: &str = include_str!("../../../migrations/roles.sql");

/// Why the database could not be brought to the program's version.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFailed {
    /// The database does not answer, or refuses the login.
    #[error("the database cannot be reached: {0}; check DATABASE_URL and that PostgreSQL runs")]
    Unreachable(#[source] sqlx::Error),
    /// The roles are missing and the login role may not create them.
    #[error("the roles of aTES cannot be prepared: {0}; let an administrator of PostgreSQL run migrations/roles.sql in this database")]
    Roles(#[source] sqlx::Error),
    /// A step of a schema failed; the steps before it hold.
    #[error("schema {schema} cannot be migrated: {source}")]
    Schema {
        /// The schema's name.
        schema: &'static str,
        /// What failed.
        source: sqlx::migrate::MigrateError,
    },
}

/// Brings the database to the program's version: roles first, then every schema, each as the owner.
///
/// Safe to run again and from several processes at once: they take turns on an advisory lock.
pub async fn migrate(database: &Database, schemas: &[&Schema]) -> Result<(), MigrationFailed> {
    let mut login = database.login.connect().await.map_err(MigrationFailed::Unreachable)?;
    login.execute(AssertSqlSafe(ROLES)).await.map_err(MigrationFailed::Roles)?;
    login.close().await.map_err(MigrationFailed::Unreachable)?;

    let mut owner = database.act_as(Role::Owner).connect().await.map_err(MigrationFailed::Unreachable)?;
    for schema in schemas {
        schema.migrator.run(&mut owner).await.map_err(|source| MigrationFailed::Schema { schema: schema.name, source })?;
        tracing::debug!(schema = schema.name, "the schema is up to date");
    }
    owner.close().await.map_err(MigrationFailed::Unreachable)
}
