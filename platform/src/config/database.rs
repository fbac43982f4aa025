use serde::Serialize;

use super::ConnectionUrl;

/// PostgreSQL, the record of everything.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Database {
    /// The one address of the database (`postgresql://login:password@host/database`). Its login role must be, or may become, a
    /// member of the roles in `migrations/roles.sql`. Not set: the program starts its own PostgreSQL in the data folder.
    #[config(env = "DATABASE_URL")]
    pub url: Option<ConnectionUrl>,

    /// How many connections each service may hold at the same time, 1 to 1000. With the event bus and its bookkeeping there can be
    /// six times as many connections per process.
    #[config(env = "ATES_DATABASE_CONNECTIONS_MAX", default = 10, validate((1..=1000).contains(connections_max), "must be 1 to 1000"))]
    pub connections_max: u32,

    /// Whether `ates serve` brings the database to the program's version when it starts. Where several processes start at once
    /// they take turns. `false`: run `ates migrate` before a new version.
    #[config(env = "ATES_DATABASE_MIGRATE_ON_START", default = true)]
    pub migrate_on_start: bool,
}
