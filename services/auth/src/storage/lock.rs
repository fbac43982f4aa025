use sqlx::PgConnection;

/// Something only one transaction at a time may decide on, in all processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Whether a beak is known, and who is the first employee.
    Enrolment,
    /// Who is the last admin.
    Roles,
}

impl Lock {
    /// The lock's number: the letters of the schema's name, then a count, so that no other part of the system has the same.
    const fn key(self) -> i64 {
        const AUTH: i64 = i64::from_be_bytes(*b"auth\0\0\0\0");
        match self {
            Self::Enrolment => AUTH + 1,
            Self::Roles => AUTH + 2,
        }
    }
}

/// Waits until this transaction has the lock. It keeps it until it ends.
pub(crate) async fn take(connection: &mut PgConnection, lock: Lock) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", lock.key()).execute(connection).await.map(drop)
}
