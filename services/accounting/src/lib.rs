//! The accounting service: prices, accounts, the ledger. It knows auth and the tracker (specification, §3).

use platform::database::{Role, Schema};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "accounting", role: Role::Accounting, migrator: sqlx::migrate!() };
