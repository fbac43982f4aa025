//! The auth service: who the parrots are. It knows nobody and emits nothing (specification, §1).

mod storage;

use async_trait::async_trait;
use contracts::{ServiceError, auth::Directory};
use platform::database::{Role, Schema, unavailable};
use sqlx::PgPool;

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "auth", role: Role::Auth, migrator: sqlx::migrate!() };

/// The auth service.
#[derive(Debug, Clone)]
pub struct Auth {
    pool: PgPool,
}

impl Auth {
    /// The service on its own pool, which acts as [`Role::Auth`].
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Directory for Auth {
    async fn is_empty(&self) -> Result<bool, ServiceError> {
        storage::people::is_empty(&self.pool).await.map_err(unavailable("ask whether anybody has enrolled"))
    }
}
