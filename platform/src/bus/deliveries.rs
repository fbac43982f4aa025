use std::time::Duration;

use contracts::{BusinessDay, Event, EventId, Fact, Moment, Subscription, queues::AttemptOutcome};
use serde_json::Value;
use sqlx::{PgPool, postgres::types::PgInterval};

use super::attempt::{Attempt, AttemptKey, columns, interval};

/// How long a delivery belongs to whom it was dispatched to: to the queue until the attempt begins, then to the worker. When
/// it has run out the delivery is dispatched again, so this is how long the money of a killed worker waits. An attempt ends
/// well before (see the time limits of the workers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// From the dispatch on.
    pub length: Duration,
    /// What is left of it at least when an attempt begins; otherwise it begins anew. More than an attempt may take.
    pub left_min: Duration,
}

impl Lease {
    /// For what is done in databases alone.
    pub const SHORT: Self = Self { length: Duration::from_secs(15), left_min: Duration::from_secs(12) };
    /// For what speaks to servers of others, which may take minutes to answer.
    pub const LONG: Self = Self { length: Duration::from_mins(6), left_min: Duration::from_mins(5) };
}

/// How many attempts without effect are kept for each delivery, the newest: enough to see a pattern.
const ATTEMPTS_KEPT_MAX: i64 = 50;

/// The state machine of deliveries, as the relay and the workers drive it. Its statements act as the role of the bus.
///
/// Each statement locks rows in the order of their numbers, so that two of them never wait for each other. Only a lease that has run
/// out while its attempt goes on can bring two transactions to that; then PostgreSQL undoes one.
#[derive(Debug, Clone)]
pub struct Deliveries {
    pub(super) pool: PgPool,
}

/// A subscription of which more may be handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub subscription: Subscription,
    /// Also deliveries that are to be attempted by themselves.
    pub with_alone: bool,
    /// At most so many.
    pub limit: i64,
    /// For how long.
    pub lease: Lease,
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
    /// It failed before, or spoilt a batch: it is to be attempted by itself.
    pub alone: bool,
}

/// The attempts that may go on, and those that cannot even begin.
#[derive(Debug, Default)]
pub struct Begun {
    /// These may go on. Deliveries that somebody else has, or that are finished, are left out.
    pub attempts: Vec<Attempt>,
    /// The events of these make no sense: they were changed by hand, or come from a newer program.
    pub unreadable: Vec<Unreadable>,
}

/// An attempt whose event cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Which attempt.
    pub key: AttemptKey,
    /// How many attempts before it failed or died.
    pub failures: i32,
    /// What is wrong.
    pub error: String,
}

/// An attempt whose lease ran out: its process died, or was paused for too long.
#[derive(Debug, Clone, Copy)]
pub struct Expired {
    /// Which attempt.
    pub key: AttemptKey,
    /// Whose delivery.
    pub subscription: Subscription,
    /// How many attempts before it failed or died.
    pub failures: i32,
}

/// How an attempt without effect ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Which attempt.
    pub key: AttemptKey,
    /// How; [`AttemptOutcome::Parked`] is stored by the reaction's own transaction and never comes here.
    pub outcome: AttemptOutcome,
    /// What went wrong.
    pub error: String,
    /// When it is tried again; nothing: it is given up.
    pub retry_after: Option<Duration>,
}

// What is asked for by its id is to be found by its id: so a status is not compared by `=` there (migrations/bus/0014_by_id.sql).
impl Deliveries {
    /// The deliveries on the pool of the bus.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// How many deliveries to these subscriptions have not come to an end yet, whatever end that will be.
    pub async fn unfinished(&self, subscriptions: &[Subscription]) -> sqlx::Result<i64> {
        let names: Vec<String> = subscriptions.iter().map(|subscription| subscription.name().to_owned()).collect();
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM bus.delivery
               WHERE status IN ('waiting', 'dispatched', 'parked') AND subscription = ANY ($1)"#,
            &names
        )
        .fetch_one(&self.pool)
        .await
    }

    /// Hands out deliveries that are due, the longest due first; what was published in bulk comes after all others. Several relays may do so
    /// at once.
    pub async fn claim(&self, wanted: &[Wanted]) -> sqlx::Result<Vec<Dispatch>> {
        let subscriptions: Vec<String> = wanted.iter().map(|wanted| wanted.subscription.name().to_owned()).collect();
        let with_alone: Vec<bool> = wanted.iter().map(|wanted| wanted.with_alone).collect();
        let limits: Vec<i64> = wanted.iter().map(|wanted| wanted.limit).collect();
        let leases: Vec<PgInterval> = wanted.iter().map(|wanted| interval(wanted.lease.length)).collect();
        let rows = sqlx::query!(
            r#"
            WITH due AS (
                SELECT delivery_id, lease
                FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::interval[]) AS wanted (subscription, with_alone, count_max, lease),
                    LATERAL (
                        WITH single AS (
                            SELECT delivery_id FROM bus.delivery
                            WHERE delivery.subscription = wanted.subscription AND NOT bulk
                                AND status IN ('waiting', 'dispatched', 'parked') AND due_at <= now() AND NOT attempt_open
                                AND (with_alone OR NOT runs_alone AND failures = 0)
                            ORDER BY due_at
                            LIMIT count_max
                            FOR NO KEY UPDATE SKIP LOCKED
                        ), in_bulk AS (
                            SELECT delivery_id FROM bus.delivery
                            WHERE delivery.subscription = wanted.subscription AND bulk
                                AND status IN ('waiting', 'dispatched', 'parked') AND due_at <= now() AND NOT attempt_open
                                AND (with_alone OR NOT runs_alone AND failures = 0)
                            ORDER BY due_at
                            LIMIT count_max - (SELECT count(*) FROM single)
                            FOR NO KEY UPDATE SKIP LOCKED
                        )
                        SELECT delivery_id FROM single UNION ALL SELECT delivery_id FROM in_bulk
                    ) AS of_subscription
            )
            UPDATE bus.delivery
            SET status = 'dispatched', dispatch_no = dispatch_no + 1, due_at = now() + due.lease
            FROM due
            WHERE delivery.delivery_id = due.delivery_id
            RETURNING delivery.delivery_id, delivery.dispatch_no, delivery.subscription,
                delivery.runs_alone OR delivery.failures > 0 AS "alone!"
            "#,
            &subscriptions,
            &with_alone,
            &limits,
            &leases
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let subscription = Subscription::named(&row.subscription)?;
                Some(Dispatch { delivery_id: row.delivery_id, dispatch_no: row.dispatch_no, subscription, alone: row.alone })
            })
            .collect())
    }

    /// Takes back what could not be handed over: it is due again after `retry_after`. What has begun all the same goes on.
    pub async fn take_back(&self, dispatches: &[Dispatch], retry_after: Duration) -> sqlx::Result<()> {
        let (delivery_ids, dispatch_nos): (Vec<i64>, Vec<i32>) =
            dispatches.iter().map(|dispatch| (dispatch.delivery_id, dispatch.dispatch_no)).unzip();
        sqlx::query!(
            r#"
            WITH locked AS (
                SELECT delivery_id
                FROM bus.delivery JOIN unnest($1::bigint[], $2::integer[]) AS taken_back (delivery_id, dispatch_no) USING (delivery_id, dispatch_no)
                WHERE attempt_no < dispatch_no AND status IS NOT DISTINCT FROM 'dispatched'
                ORDER BY delivery_id
                FOR NO KEY UPDATE OF delivery
            )
            UPDATE bus.delivery SET status = 'waiting', due_at = now() + $3
            FROM locked
            WHERE delivery.delivery_id = locked.delivery_id
            "#,
            &delivery_ids,
            &dispatch_nos,
            interval(retry_after)
        )
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Begins the attempts of some dispatches, in a transaction of its own: an attempt that kills its process has been counted.
    pub async fn begin(&self, dispatches: &[(i64, i32)], lease: Lease) -> sqlx::Result<Begun> {
        let mut dispatches = dispatches.to_vec();
        dispatches.sort_unstable();
        let (delivery_ids, dispatch_nos): (Vec<i64>, Vec<i32>) = dispatches.into_iter().unzip();
        // No lock before the change: on its pool the rows are found, and so locked, in the order in which they are asked for.
        let rows = sqlx::query!(
            r#"
            WITH begun AS (
                UPDATE bus.delivery
                SET attempt_no = dispatch_no, attempt_open = true, attempt_began_at = now(),
                    -- What is left of the lease is mostly enough. A value that stays the same need not go into the index again.
                    due_at = CASE WHEN due_at < now() + $3 THEN now() + $4 ELSE due_at END
                FROM unnest($1::bigint[], $2::integer[]) AS dispatch (id, no)
                WHERE delivery_id = id AND dispatch_no = no AND status IS NOT DISTINCT FROM 'dispatched' AND attempt_no < dispatch_no
                RETURNING delivery_id, attempt_no, failures, event_id
            )
            SELECT begun.delivery_id, begun.attempt_no, begun.failures, event_id, event.kind, event.occurred_at, event.business_day,
                event.payload, event.request_id
            FROM begun JOIN bus.event USING (event_id)
            ORDER BY begun.delivery_id
            "#,
            &delivery_ids,
            &dispatch_nos,
            interval(lease.left_min),
            interval(lease.length)
        )
        .fetch_all(&self.pool)
        .await?;
        let mut begun = Begun::default();
        for row in rows {
            let key = AttemptKey { delivery_id: row.delivery_id, attempt_no: row.attempt_no };
            match read_fact(&row.kind, row.payload) {
                Ok(fact) => {
                    let occurred = Moment { at: row.occurred_at, day: BusinessDay(row.business_day) };
                    let event = Event { event_id: EventId(row.event_id), occurred, fact, request_id: row.request_id };
                    begun.attempts.push(Attempt { key, failures: row.failures, event });
                }
                Err(source) => {
                    let error = format!("event {} cannot be read: {source}", row.event_id);
                    begun.unreadable.push(Unreadable { key, failures: row.failures, error });
                }
            }
        }
        Ok(begun)
    }

    /// The attempts at deliveries of these subscriptions whose lease has run out, the longest over first: at most `limit`.
    pub async fn expired(&self, subscriptions: &[Subscription], limit: i64) -> sqlx::Result<Vec<Expired>> {
        let names: Vec<String> = subscriptions.iter().map(|subscription| subscription.name().to_owned()).collect();
        let rows = sqlx::query!(
            "SELECT delivery_id, attempt_no, subscription, failures FROM bus.delivery
             WHERE status = 'dispatched' AND due_at <= now() AND attempt_open AND subscription = ANY ($1)
             ORDER BY due_at
             LIMIT $2",
            &names,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let subscription = Subscription::named(&row.subscription)?;
                let key = AttemptKey { delivery_id: row.delivery_id, attempt_no: row.attempt_no };
                Some(Expired { key, subscription, failures: row.failures })
            })
            .collect())
    }

    /// Stores how attempts without effect ended. Where another attempt has taken over, its outcome counts and nothing is stored.
    /// Answers the attempts that were stored.
    pub async fn end(&self, ended: &[Ended]) -> sqlx::Result<Vec<AttemptKey>> {
        let (delivery_ids, attempt_nos) = columns(ended.iter().map(|ended| ended.key));
        let outcomes: Vec<String> = ended.iter().map(|ended| ended.outcome.name().to_owned()).collect();
        let errors: Vec<String> = ended.iter().map(|ended| storable(&ended.error)).collect();
        let retries: Vec<_> = ended.iter().map(|ended| ended.retry_after.map(interval)).collect();
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query!(
            r#"
            WITH locked AS (
                SELECT delivery_id, outcome, error, retry_after
                FROM bus.delivery JOIN unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::interval[])
                    AS ended (delivery_id, attempt_no, outcome, error, retry_after) USING (delivery_id, attempt_no)
                WHERE attempt_open AND status IS NOT DISTINCT FROM 'dispatched'
                ORDER BY delivery_id
                FOR NO KEY UPDATE OF delivery
            ), stored AS (
                UPDATE bus.delivery
                SET attempt_open = false,
                    failures = failures + (outcome IN ('failed', 'died'))::integer,
                    runs_alone = runs_alone OR outcome = 'undone',
                    awaits = NULL,
                    awaits_since = NULL,
                    last_error = locked.error,
                    status = CASE WHEN retry_after IS NULL THEN 'dead' ELSE 'waiting' END,
                    due_at = coalesce(now() + retry_after, due_at),
                    ready_since = coalesce(now() + retry_after, ready_since),
                    finished_at = CASE WHEN retry_after IS NULL THEN now() END
                FROM locked
                WHERE delivery.delivery_id = locked.delivery_id
                RETURNING delivery.delivery_id, attempt_no, attempt_began_at, outcome, locked.error, status, provides
            ), told AS (
                INSERT INTO bus.attempt (delivery_id, attempt_no, began_at, outcome, error)
                SELECT delivery_id, attempt_no, attempt_began_at, outcome, error FROM stored
            ), forgotten AS (
                DELETE FROM bus.attempt USING stored
                WHERE attempt.delivery_id = stored.delivery_id AND attempt.attempt_no <= (
                    SELECT attempt_no FROM bus.attempt AS earlier
                    WHERE earlier.delivery_id = stored.delivery_id ORDER BY attempt_no DESC OFFSET $6 LIMIT 1)
            )
            SELECT delivery_id, attempt_no, CASE WHEN status = 'dead' THEN provides END AS missing FROM stored
            "#,
            &delivery_ids,
            &attempt_nos,
            &outcomes,
            &errors,
            &retries as _,
            // The one that is added now is not seen yet.
            ATTEMPTS_KEPT_MAX - 1
        )
        .fetch_all(&mut *transaction)
        .await?;
        let missing: Vec<String> = rows.iter().filter_map(|row| row.missing.clone()).collect();
        if !missing.is_empty() {
            // What waits for something that will not come is told at once. By a statement of its own: it has to see what was parked
            // while the first one waited for the lock on what provides.
            sqlx::query!(
                "UPDATE bus.delivery SET status = 'waiting', due_at = now(), ready_since = now()
                 WHERE awaits = ANY ($1) AND status = 'parked'",
                &missing
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(rows.into_iter().map(|row| AttemptKey { delivery_id: row.delivery_id, attempt_no: row.attempt_no }).collect())
    }
}

/// What happened, out of a stored event.
pub(super) fn read_fact(kind: &str, payload: Value) -> serde_json::Result<Fact> {
    serde_json::from_value(Value::from_iter([("kind", Value::from(kind)), ("payload", payload)]))
}

/// PostgreSQL stores no null characters, and nobody reads pages of an error.
fn storable(error: &str) -> String {
    /// The longest error that is stored, in characters.
    const ERROR_CHARS_MAX: usize = 2_000;
    error.chars().filter(|c| *c != '\0').take(ERROR_CHARS_MAX).collect()
}
