//! Setting the company's clock: for a demo company that is given a past, and for nobody else.

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection, error::DatabaseError};

use crate::database::{Database, Role};

/// The number of the lock that whoever sets the clock holds: the letters of what it is about, so that no other part of the system has
/// the same.
const CLOCK_LOCK: i64 = i64::from_be_bytes(*b"busclock");

/// PostgreSQL's code for "somebody else had the lock for too long" (`lock_not_available`).
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Why the clock is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// Somebody else holds its hands, and has not let go of them for as long as a statement waits.
    #[error("another process is setting the company's clock, as the founding of a demo company does: try again when it is done")]
    Held,
    /// The database failed.
    #[error("the company's clock cannot be reached: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for ClockError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().and_then(DatabaseError::code).as_deref() {
            Some(LOCK_NOT_AVAILABLE) => Self::Held,
            _ => Self::Database(error),
        }
    }
}

/// The hands of the company's clock. One process at a time holds them, over all that use the database.
///
/// Only the owner of the schemas may move them, and nothing of the running system acts as the owner. So whoever gives out one of these
/// allows that the company's time is not the real one. The lock belongs to the session that moves them: who has lost the lock has lost
/// the hands. Statements are checked when they run: those of this crate that are checked at compile time act as the bus, which may not
/// write here.
#[derive(Debug)]
pub struct ClockSetting {
    owner: PgConnection,
}

impl ClockSetting {
    /// Takes the hands; waits a while where somebody else holds them.
    pub async fn take(database: &Database) -> Result<Self, ClockError> {
        let mut owner = database.connect(Role::Owner).await?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(CLOCK_LOCK).execute(&mut owner).await?;
        Ok(Self { owner })
    }

    /// The real time: the database's, as all times are.
    pub async fn real_time(&mut self) -> sqlx::Result<DateTime<Utc>> {
        sqlx::query_scalar("SELECT now()").fetch_one(&mut self.owner).await
    }

    /// The time that the clock shows.
    pub async fn time(&mut self) -> sqlx::Result<DateTime<Utc>> {
        sqlx::query_scalar("SELECT bus.company_now()").fetch_one(&mut self.owner).await
    }

    /// Sets the clock to `at`; it goes on from there. In seconds and not in days, which are not all of one length.
    pub async fn set_to(&mut self, at: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query("UPDATE bus.company_clock SET clock_offset = make_interval(secs => extract(epoch FROM $1 - now())::float8)")
            .bind(at)
            .execute(&mut self.owner)
            .await
            .map(drop)
    }

    /// Sets the clock to the real time.
    pub async fn set_right(&mut self) -> sqlx::Result<()> {
        sqlx::query("UPDATE bus.company_clock SET clock_offset = '0'").execute(&mut self.owner).await.map(drop)
    }

    /// Lets go of the hands.
    pub async fn close(self) {
        // A session that cannot be closed has ended already, and its lock with it.
        drop(self.owner.close().await);
    }
}

/// Whether the company's clock shows the real time. Where somebody is setting it, waits a while until that is done.
pub async fn is_right(database: &Database) -> Result<bool, ClockError> {
    let mut owner = database.connect(Role::Owner).await?;
    // Shared: many may look at once. The lock ends with the session.
    sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(CLOCK_LOCK).execute(&mut owner).await?;
    let is_right = sqlx::query_scalar("SELECT clock_offset = '0' FROM bus.company_clock").fetch_one(&mut owner).await?;
    owner.close().await?;
    Ok(is_right)
}
