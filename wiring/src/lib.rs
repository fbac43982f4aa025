//! Composition root: the one place that knows all services. It builds them and hands each the ports it may know.

use std::sync::Arc;

use auth::SamePhoto;
use contracts::auth::{Auth, Directory};
use platform::{
    config::Config,
    database::{BUS, Database, Role, Schema},
    randomness::Randomness,
};
use sqlx::PgPool;

/// Every schema, in the order in which they are migrated: the bus first, because the others are granted its functions.
pub static SCHEMAS: [&Schema; 5] = [&BUS, &auth::SCHEMA, &tracker::SCHEMA, &accounting::SCHEMA, &analytics::SCHEMA];

/// The services, each behind what others may know of it. Clones are the same services.
#[derive(Clone)]
pub struct Services {
    /// Who the parrots are, for pages, the API and the command line.
    pub auth: Arc<dyn Auth>,
    /// Who the parrots are, for other services.
    pub directory: Arc<dyn Directory>,
    auth_pool: PgPool,
}

impl Services {
    /// Builds the services on their own pools. Nothing is connected yet.
    #[must_use]
    pub fn new(database: &Database, config: &Config, randomness: &Randomness) -> Self {
        let auth_pool = database.pool(Role::Auth);
        let auth = Arc::new(auth::Auth::new(auth_pool.clone(), config.auth.clone(), randomness.clone(), Arc::new(SamePhoto)));
        Self { auth: auth.clone(), directory: auth, auth_pool }
    }

    /// Whether the services can do their work now. The error says, for the log, which cannot and why.
    pub async fn ready(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.auth_pool).await.map(drop)
    }

    /// Gives the connections back.
    pub async fn close(&self) {
        self.auth_pool.close().await;
    }
}
