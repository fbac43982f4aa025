//! The analytics service: read models for management. It knows auth and accounting (specification, §4).

use platform::database::{Role, Schema};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "analytics", role: Role::Analytics, migrator: sqlx::migrate!() };
