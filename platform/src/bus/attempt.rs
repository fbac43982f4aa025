use std::{collections::HashSet, time::Duration};

use contracts::{AwaitedKey, Event, EventId};
use sqlx::{PgConnection, postgres::types::PgInterval};

/// A delivery that waits for something is tried again after this long even if nobody releases it: a safety net.
const PARKED_RETRY_AFTER: Duration = Duration::from_mins(5);

/// How long a delivery waits for something before it becomes a dead letter (specification, decision 12).
const PARKED_PATIENCE: Duration = Duration::from_hours(24);

/// Which attempt at which delivery. Only the newest attempt of a delivery has a say in what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptKey {
    /// Which delivery.
    pub delivery_id: i64,
    /// Which dispatch of it led to this attempt.
    pub attempt_no: i32,
}

/// One try at applying a delivery.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Which one.
    pub key: AttemptKey,
    /// How many attempts before it failed or died.
    pub failures: i32,
    /// What is to be reacted to.
    pub event: Event,
}

/// An event that has to wait, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Which event.
    pub event_id: EventId,
    /// What has to be there first.
    pub awaited: AwaitedKey,
}

/// Marks the deliveries of some attempts as done, in the transaction that applies them, on a connection of the subscriber, and
/// releases what waited for them. Answers the attempts whose effect is to be written: of the others another attempt has taken
/// over, or their deliveries were finished before.
pub(super) async fn finish<'a>(connection: &mut PgConnection, attempts: Vec<&'a Attempt>) -> sqlx::Result<Vec<&'a Attempt>> {
    if attempts.is_empty() {
        return Ok(attempts);
    }
    let (delivery_ids, attempt_nos) = columns(attempts.iter().map(|attempt| attempt.key));
    let finished =
        sqlx::query_scalar!(r#"SELECT bus.finish($1, $2) AS "finished!""#, &delivery_ids, &attempt_nos).fetch_one(connection).await?;
    let finished: HashSet<i64> = finished.into_iter().collect();
    Ok(attempts.into_iter().filter(|attempt| finished.contains(&attempt.key.delivery_id)).collect())
}

/// What became of attempts that have to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parked {
    /// So many wait, or are dead letters; of the others another attempt has taken over.
    pub(super) parked: usize,
    /// Of these so many became dead letters, because what they wait for will not come.
    pub(super) dead: usize,
}

/// Parks the deliveries of some attempts, each until what it awaits is there.
pub(super) async fn park(connection: &mut PgConnection, waiting: &[(&Attempt, &AwaitedKey)]) -> sqlx::Result<Parked> {
    if waiting.is_empty() {
        return Ok(Parked::default());
    }
    let (delivery_ids, attempt_nos) = columns(waiting.iter().map(|(attempt, _)| attempt.key));
    let awaited: Vec<String> = waiting.iter().map(|(_, awaited)| awaited.as_str().to_owned()).collect();
    let row = sqlx::query!(
        r#"SELECT parked AS "parked!", dead AS "dead!" FROM bus.park($1, $2, $3, $4, $5)"#,
        &delivery_ids,
        &attempt_nos,
        &awaited,
        interval(PARKED_RETRY_AFTER),
        interval(PARKED_PATIENCE)
    )
    .fetch_one(connection)
    .await?;
    Ok(Parked { parked: usize::try_from(row.parked).unwrap_or(0), dead: usize::try_from(row.dead).unwrap_or(0) })
}

/// Attempts as PostgreSQL takes many of them.
pub(super) fn columns(keys: impl Iterator<Item = AttemptKey>) -> (Vec<i64>, Vec<i32>) {
    keys.map(|key| (key.delivery_id, key.attempt_no)).unzip()
}

/// A length of time as PostgreSQL takes it.
pub(super) fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}
