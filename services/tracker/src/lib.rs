//! The tracker service: tasks and who has them. It knows auth (specification, §2).

use platform::database::{Role, Schema};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "tracker", role: Role::Tracker, migrator: sqlx::migrate!() };
