use chrono::{DateTime, Utc};
use contracts::{
    AwaitedKey, DeliveryId, EventId, Subscription,
    queues::{DELIVERIES_PAGE_MAX, DeliveryFilter, DeliverySummary},
};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::{like_pattern, read_status, stored_name};
use crate::bus::deliveries::read_fact;

/// A delivery and its event as they are stored.
pub(super) struct Row {
    pub(super) delivery_id: i64,
    pub(super) event_id: Uuid,
    pub(super) subscription: String,
    pub(super) status: String,
    pub(super) failures: i32,
    pub(super) awaits: Option<String>,
    pub(super) last_error: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) finished_at: Option<DateTime<Utc>>,
    pub(super) kind: String,
    pub(super) payload: Value,
}

/// The database holds what no version of the program can have written, or a newer one.
#[derive(Debug, thiserror::Error)]
#[error("delivery {delivery_id} has the status {status:?} and the subscription {subscription:?}")]
struct UnknownDelivery {
    delivery_id: i64,
    status: String,
    subscription: String,
}

impl TryFrom<Row> for DeliverySummary {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let (Some(status), Some(subscription)) = (read_status(&row.status), Subscription::named(&row.subscription)) else {
            let Row { delivery_id, status, subscription, .. } = row;
            return Err(sqlx::Error::Decode(UnknownDelivery { delivery_id, status, subscription }.into()));
        };
        Ok(Self {
            delivery_id: DeliveryId(row.delivery_id),
            event_id: EventId(row.event_id),
            subscription,
            status,
            failures: row.failures,
            awaits: row.awaits.map(AwaitedKey::from),
            last_error: row.last_error,
            created_at: row.created_at,
            due_at: row.finished_at.is_none().then_some(row.due_at),
            finished_at: row.finished_at,
            fact: read_fact(&row.kind, row.payload).ok(),
        })
    }
}

/// The deliveries that the filter lets pass, newest first.
pub(super) async fn deliveries(
    pool: &PgPool,
    filter: &DeliveryFilter,
    before: Option<DeliveryId>,
    limit: usize,
) -> sqlx::Result<Vec<DeliverySummary>> {
    let known: Vec<String> = Subscription::ALL.iter().map(|subscription| subscription.name().to_owned()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT delivery_id, event_id, subscription, status, failures, awaits, last_error, created_at, due_at, finished_at, kind, payload
         FROM bus.delivery JOIN bus.event USING (event_id)
         WHERE ($1::text IS NULL OR subscription = $1)
             AND subscription = ANY ($2)
             AND ($3::text IS NULL OR status = $3)
             AND ($4::text IS NULL OR last_error ILIKE $4)
             AND ($5::bigint IS NULL OR delivery_id < $5)
         ORDER BY delivery_id DESC
         LIMIT $6",
        filter.subscription.map(Subscription::name),
        // Those of a newer program beside this one are for that one to show.
        &known,
        filter.status.map(stored_name),
        like_pattern(filter.error_part.as_deref()),
        before.map(|delivery_id| delivery_id.0),
        i64::try_from(limit.min(DELIVERIES_PAGE_MAX)).unwrap_or(0)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(DeliverySummary::try_from).collect()
}

/// How many dead letters the filter lets pass.
pub(super) async fn count_dead_letters(pool: &PgPool, filter: &DeliveryFilter) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM bus.delivery
           WHERE status = 'dead' AND ($1::text IS NULL OR subscription = $1) AND ($2::text IS NULL OR last_error ILIKE $2)"#,
        filter.subscription.map(Subscription::name),
        like_pattern(filter.error_part.as_deref())
    )
    .fetch_one(pool)
    .await
}
