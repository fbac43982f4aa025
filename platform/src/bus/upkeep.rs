//! What keeps the bus in order over the years.

use std::time::Duration;

use contracts::{EventId, Subscription};
use uuid::Uuid;

use super::{
    attempt::interval,
    deliveries::{Deliveries, read_fact},
};

/// For how many months ahead events have a partition: a program that nobody touches for a year goes on.
const MONTHS_AHEAD: i32 = 12;

/// A relay that was not seen for this long is forgotten.
const RELAY_KEPT: Duration = Duration::from_hours(1);

/// How many events one step of a back-fill looks at: a short transaction.
const BACK_FILL_STEP: i64 = 1_000;

/// How far a back-fill has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackFillStep {
    /// How many deliveries were added.
    pub added: u64,
    /// The last event that was looked at; nothing: there are no more.
    pub last: Option<EventId>,
}

impl Deliveries {
    /// Makes the partitions of events of coming months that are missing. Answers how many.
    pub async fn add_event_partitions(&self) -> sqlx::Result<i32> {
        sqlx::query_scalar!(r#"SELECT bus.add_event_partitions($1) AS "added!""#, MONTHS_AHEAD).fetch_one(&self.pool).await
    }

    /// Removes up to `limit` deliveries that were done longer than `kept` ago. Answers how many. Their events stay for ever, and so
    /// do the keys by which every service knows what it has applied.
    pub async fn remove_done(&self, kept: Duration, limit: i64) -> sqlx::Result<u64> {
        let removed = sqlx::query!(
            "DELETE FROM bus.delivery WHERE delivery_id IN (
                 SELECT delivery_id FROM bus.delivery WHERE status = 'done' AND finished_at < now() - $1::interval
                 ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
            interval(kept),
            limit
        )
        .execute(&self.pool)
        .await?;
        Ok(removed.rows_affected())
    }

    /// Says that a relay is at work, and what Redis answered it where that was an error.
    pub async fn report_relay(&self, relay_id: Uuid, redis_error: Option<&str>) -> sqlx::Result<()> {
        sqlx::query!(
            "INSERT INTO bus.relay (relay_id, redis_failing_since, redis_error)
             VALUES ($1, CASE WHEN $2::text IS NOT NULL THEN now() END, $2)
             ON CONFLICT (relay_id) DO UPDATE
             SET seen_at = now(), redis_error = $2,
                 redis_failing_since = CASE WHEN $2 IS NOT NULL THEN coalesce(relay.redis_failing_since, now()) END",
            relay_id,
            redis_error
        )
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Says that a relay has ended; and forgets those that ended without a word.
    pub async fn forget_relay(&self, relay_id: Uuid) -> sqlx::Result<()> {
        sqlx::query!("DELETE FROM bus.relay WHERE relay_id = $1 OR seen_at < now() - $2::interval", relay_id, interval(RELAY_KEPT))
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Gives a subscription deliveries of events from before it existed: of those after `after`, in the order of their ids, some.
    /// What has a delivery keeps it. A delivery that was done and removed long ago is made again: reactions know what they applied.
    ///
    /// New events have their deliveries from the moment on that a program which knows the subscription publishes them, so a
    /// back-fill that begins then misses none.
    pub async fn back_fill(&self, subscription: Subscription, after: EventId) -> sqlx::Result<BackFillStep> {
        let events = sqlx::query!(
            "SELECT event_id, kind, payload FROM bus.event WHERE event_id > $1 AND kind = $2 ORDER BY event_id LIMIT $3",
            after.0,
            subscription.kind(),
            BACK_FILL_STEP
        )
        .fetch_all(&self.pool)
        .await?;
        let last = events.last().map(|event| EventId(event.event_id));
        // What cannot be read gets a delivery too: it becomes a dead letter that a person sees.
        let (event_ids, provided): (Vec<Uuid>, Vec<Option<String>>) = events
            .into_iter()
            .map(|event| {
                let fact = read_fact(&event.kind, event.payload).ok();
                (event.event_id, fact.and_then(|fact| subscription.provides(&fact)).map(String::from))
            })
            .unzip();
        let mut transaction = self.pool.begin().await?;
        // Not bookkeeping that is done again after a crash: nobody begins a back-fill twice.
        sqlx::query!("SET LOCAL synchronous_commit = on").execute(&mut *transaction).await?;
        let added = sqlx::query!(
            "INSERT INTO bus.delivery (event_id, subscription, provides, bulk)
             SELECT event_id, $3, provides, true FROM unnest($1::uuid[], $2::text[]) AS event (event_id, provides)
             ON CONFLICT DO NOTHING",
            &event_ids,
            &provided as _,
            subscription.name()
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(BackFillStep { added: added.rows_affected(), last })
    }
}
