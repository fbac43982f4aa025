//! Setting the company's clock: for a demo company that is given a past, and for nobody else.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::database::{Database, Role};

/// The hands of the company's clock.
///
/// Only the owner of the schemas may move them, and nothing of the running system acts as the owner. So whoever gives out one of these
/// allows that the company's time is not the real one. Statements are checked when they run: those of this crate that are checked
/// at compile time act as the bus, which may not write here.
#[derive(Debug)]
pub struct ClockSetting {
    owner: PgPool,
}

impl ClockSetting {
    /// The clock of this database. Nothing is connected yet.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { owner: database.pool(Role::Owner) }
    }

    /// The real time: the database's, as all times are.
    pub async fn real_time(&self) -> sqlx::Result<DateTime<Utc>> {
        sqlx::query_scalar("SELECT now()").fetch_one(&self.owner).await
    }

    /// Sets the clock to `at`; it goes on from there. In seconds and not in days, which are not all of one length.
    pub async fn set_to(&self, at: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query("UPDATE bus.company_clock SET clock_offset = make_interval(secs => extract(epoch FROM $1 - now())::float8)")
            .bind(at)
            .execute(&self.owner)
            .await
            .map(drop)
    }

    /// Sets the clock to the real time.
    pub async fn set_right(&self) -> sqlx::Result<()> {
        sqlx::query("UPDATE bus.company_clock SET clock_offset = '0'").execute(&self.owner).await.map(drop)
    }

    /// Gives the connections back.
    pub async fn close(self) {
        self.owner.close().await;
    }
}
