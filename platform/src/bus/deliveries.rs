use std::time::Duration;

use contracts::{BusinessDay, Event, EventId, Fact, Moment, Subscription};
use serde_json::json;
use sqlx::PgPool;

use super::attempt::{Attempt, interval};

/// How long a delivery belongs to whom it was dispatched to: to the queue until the attempt begins, then to the worker. When
/// it has run out the delivery is dispatched again. An attempt ends well before (see `ATTEMPT_TIMEOUT` of the workers).
pub const LEASE: Duration = Duration::from_mins(1);

/// The state machine of deliveries, as the relay and the workers drive it. Its statements act as the role of the bus.
#[derive(Debug, Clone)]
pub struct Deliveries {
    pool: PgPool,
}

/// A delivery that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispatch {
    /// Which delivery.
    pub delivery_id: i64,
    /// The how-manieth time it was handed out.
    pub dispatch_no: i32,
    /// Whose it is.
    pub subscription: Subscription,
}

/// What beginning an attempt led to.
#[derive(Debug, Clone)]
pub enum Begun {
    /// The attempt may go on.
    Attempt(Attempt),
    /// The attempts before it used up all there are: the delivery is a dead letter.
    Exhausted,
    /// Somebody else has it, or it is finished: nothing is to be done.
    Superseded,
}

/// What is stored does not make sense: the database was changed by hand, or by a newer program.
#[derive(Debug, thiserror::Error)]
#[error("event {event_id} cannot be read: {source}")]
struct UnreadableEvent {
    event_id: uuid::Uuid,
    source: serde_json::Error,
}

impl Deliveries {
    /// The deliveries on the pool of the bus.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// How many deliveries are handed out and not finished: what Redis holds at most.
    pub async fn in_flight(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM bus.delivery WHERE status = 'dispatched'"#).fetch_one(&self.pool).await
    }

    /// How many deliveries have not come to an end yet, whatever end that will be.
    pub async fn unfinished(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM bus.delivery WHERE status IN ('waiting', 'dispatched', 'parked')"#)
            .fetch_one(&self.pool)
            .await
    }

    /// Hands out up to `limit` deliveries that are due, the longest due first. Several relays may do so at once.
    pub async fn claim(&self, limit: i64) -> sqlx::Result<Vec<Dispatch>> {
        let rows = sqlx::query!(
            r#"
            WITH due AS (
                SELECT delivery_id FROM bus.delivery
                WHERE status IN ('waiting', 'dispatched', 'parked') AND due_at <= now()
                ORDER BY due_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED
            )
            UPDATE bus.delivery
            SET status = 'dispatched', dispatch_no = dispatch_no + 1, due_at = now() + $2
            FROM due
            WHERE delivery.delivery_id = due.delivery_id
            RETURNING delivery.delivery_id, delivery.dispatch_no, delivery.subscription
            "#,
            limit,
            interval(LEASE)
        )
        .fetch_all(&self.pool)
        .await?;
        // A subscription that this program does not know belongs to a newer one beside it: its lease runs out, and that one's
        // relay takes it.
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let subscription = Subscription::named(&row.subscription)?;
                Some(Dispatch { delivery_id: row.delivery_id, dispatch_no: row.dispatch_no, subscription })
            })
            .collect())
    }

    /// Takes back what could not be handed over: it is due again after `retry_after`. What has begun all the same goes on.
    pub async fn take_back(&self, dispatches: &[Dispatch], retry_after: Duration) -> sqlx::Result<()> {
        let (delivery_ids, dispatch_nos): (Vec<i64>, Vec<i32>) =
            dispatches.iter().map(|dispatch| (dispatch.delivery_id, dispatch.dispatch_no)).unzip();
        sqlx::query!(
            r#"
            UPDATE bus.delivery
            SET status = 'waiting', due_at = now() + $3
            FROM unnest($1::bigint[], $2::integer[]) AS taken_back (delivery_id, dispatch_no)
            WHERE delivery.delivery_id = taken_back.delivery_id
                AND delivery.dispatch_no = taken_back.dispatch_no
                AND delivery.attempt_no < delivery.dispatch_no
                AND status = 'dispatched'
            "#,
            &delivery_ids,
            &dispatch_nos,
            interval(retry_after)
        )
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Begins the attempt of a dispatch, in a transaction of its own: an attempt that kills its process has been counted.
    pub async fn begin(&self, delivery_id: i64, dispatch_no: i32, failures_max: i32) -> sqlx::Result<Begun> {
        let row = sqlx::query!(
            r#"
            WITH begun AS (
                UPDATE bus.delivery
                SET attempt_no = dispatch_no,
                    failures = failures + attempt_open::integer,
                    attempt_open = failures + attempt_open::integer < $3,
                    due_at = now() + $4,
                    status = CASE WHEN failures + attempt_open::integer < $3 THEN status ELSE 'dead' END,
                    finished_at = CASE WHEN failures + attempt_open::integer < $3 THEN NULL ELSE now() END,
                    last_error = CASE WHEN attempt_open THEN 'the process of the attempt died' ELSE last_error END
                WHERE delivery_id = $1 AND dispatch_no = $2 AND status = 'dispatched' AND attempt_no < dispatch_no
                RETURNING delivery_id, event_id, status, failures
            )
            SELECT begun.status, begun.failures, event_id, event.kind, event.occurred_at, event.business_day, event.payload,
                event.request_id
            FROM begun JOIN bus.event USING (event_id)
            "#,
            delivery_id,
            dispatch_no,
            failures_max,
            interval(LEASE)
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(Begun::Superseded) };
        if row.status == "dead" {
            return Ok(Begun::Exhausted);
        }
        let fact: Fact = serde_json::from_value(json!({"kind": row.kind, "payload": row.payload}))
            .map_err(|source| sqlx::Error::Decode(UnreadableEvent { event_id: row.event_id, source }.into()))?;
        let occurred = Moment { at: row.occurred_at, day: BusinessDay(row.business_day) };
        let event = Event { event_id: EventId(row.event_id), occurred, fact };
        Ok(Begun::Attempt(Attempt { delivery_id, attempt_no: dispatch_no, failures: row.failures, event, request_id: row.request_id }))
    }

    /// Stores that an attempt failed: it is tried again after `retry_after`, or given up where there is none.
    ///
    /// `false`: another attempt has taken over, and its outcome counts.
    pub async fn fail(&self, attempt: &Attempt, error: &str, retry_after: Option<Duration>) -> sqlx::Result<bool> {
        let stored = sqlx::query!(
            r#"
            UPDATE bus.delivery
            SET attempt_open = false,
                failures = failures + 1,
                last_error = $3,
                status = CASE WHEN $4::interval IS NULL THEN 'dead' ELSE 'waiting' END,
                due_at = coalesce(now() + $4, due_at),
                finished_at = CASE WHEN $4::interval IS NULL THEN now() END
            WHERE delivery_id = $1 AND attempt_no = $2 AND attempt_open AND status = 'dispatched'
            "#,
            attempt.delivery_id,
            attempt.attempt_no,
            error,
            retry_after.map(interval) as _
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() == 1)
    }

    /// Stores that an attempt ended in an outage: it is tried again after `retry_after`, and nothing counts against it.
    ///
    /// `false`: another attempt has taken over, and its outcome counts.
    pub async fn give_back(&self, attempt: &Attempt, error: &str, retry_after: Duration) -> sqlx::Result<bool> {
        let stored = sqlx::query!(
            r#"
            UPDATE bus.delivery
            SET attempt_open = false, last_error = $3, status = 'waiting', due_at = now() + $4
            WHERE delivery_id = $1 AND attempt_no = $2 AND attempt_open AND status = 'dispatched'
            "#,
            attempt.delivery_id,
            attempt.attempt_no,
            error,
            interval(retry_after)
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() == 1)
    }
}
