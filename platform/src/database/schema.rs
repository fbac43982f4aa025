use sqlx::migrate::Migrator;

/// A role that a connection takes on (see `migrations/roles.sql`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Owns and migrates every schema.
    Owner,
    /// Runs the event bus.
    Bus,
    /// The auth service.
    Auth,
    /// The tracker service.
    Tracker,
    /// The accounting service.
    Accounting,
    /// The analytics service.
    Analytics,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [Self::Owner, Self::Bus, Self::Auth, Self::Tracker, Self::Accounting, Self::Analytics, Self::Auditor];

    /// The role's name in PostgreSQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "ates_owner",
            Self::Bus => "ates_bus",
            Self::Auth => "ates_auth",
            Self::Tracker => "ates_tracker",
            Self::Accounting => "ates_accounting",
            Self::Analytics => "ates_analytics",
            Self::Auditor => "ates_auditor",
        }
    }
}

/// A part of the database that one crate owns: its name and the steps that build it.
#[derive(Debug)]
pub struct Schema {
    /// The schema's name in PostgreSQL.
    pub name: &'static str,
    /// The role that works with it.
    pub role: Role,
    /// The steps that build it, kept in a table of the schema itself.
    pub migrator: Migrator,
}

/// The schema of the event bus.
pub static BUS: Schema = Schema { name: "bus", role: Role::Bus, migrator: sqlx::migrate!() };
