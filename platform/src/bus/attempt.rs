use std::time::Duration;

use contracts::{AwaitedKey, Event};
use sqlx::{PgConnection, postgres::types::PgInterval};

/// A delivery that waits for something is tried again after this long even if nobody releases it: a safety net.
const PARKED_RETRY_AFTER: Duration = Duration::from_mins(5);

/// How long a delivery waits for something before it becomes a dead letter (specification, decision 12).
const PARKED_PATIENCE: Duration = Duration::from_hours(24);

/// One try at applying a delivery. Only the newest attempt of a delivery has a say in what becomes of it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Which delivery.
    pub delivery_id: i64,
    /// Which dispatch of it led to this attempt.
    pub attempt_no: i32,
    /// How many attempts before it failed or died.
    pub failures: i32,
    /// What is to be reacted to.
    pub event: Event,
    /// The request that led to the event, if one did.
    pub request_id: Option<String>,
}

/// What became of a delivery that cannot be applied yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parked {
    /// It waits.
    Waiting,
    /// What it waits for has just happened: it is tried again at once.
    Released,
    /// What it waits for will not come: it is a dead letter.
    Dead,
}

impl Attempt {
    /// Locks the delivery for this attempt, in the transaction that will apply it, on a connection of the subscriber.
    ///
    /// `false`: another attempt has taken over, or the delivery is finished; then nothing may be applied.
    pub async fn take(&self, connection: &mut PgConnection) -> sqlx::Result<bool> {
        sqlx::query_scalar!(r#"SELECT bus.take($1, $2) AS "taken!""#, self.delivery_id, self.attempt_no).fetch_one(connection).await
    }

    /// Marks the taken delivery as done and releases what waited for it.
    pub async fn finish(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query!("SELECT bus.finish($1)", self.delivery_id).execute(connection).await.map(drop)
    }

    /// Parks the taken delivery until `awaited` is there.
    pub async fn park(&self, connection: &mut PgConnection, awaited: &AwaitedKey) -> sqlx::Result<Parked> {
        let verdict = sqlx::query_scalar!(
            r#"SELECT bus.park($1, $2, $3, $4) AS "verdict!""#,
            self.delivery_id,
            awaited.as_str(),
            interval(PARKED_RETRY_AFTER),
            interval(PARKED_PATIENCE)
        )
        .fetch_one(connection)
        .await?;
        Ok(match verdict.as_str() {
            "waiting" => Parked::Released,
            "dead" => Parked::Dead,
            _ => Parked::Waiting,
        })
    }
}

/// A length of time as PostgreSQL takes it.
pub(super) fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}
