use contracts::{
    Actor, DeliveryId, ServiceError, Subscription,
    queues::{DeliveryFilter, DiscardReason},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::like_pattern;
use crate::database::Failure;

/// How many dead letters one transaction sets free: a short one.
const RETRIED_AT_ONCE_MAX: i64 = 500;

/// Lets a delivery be tried again.
pub(super) async fn retry(pool: &PgPool, actor: Actor, delivery_id: DeliveryId) -> Result<(), Failure> {
    let mut transaction = pool.begin().await?;
    let delivery = sqlx::query!("SELECT status, attempt_open FROM bus.delivery WHERE delivery_id = $1 FOR NO KEY UPDATE", delivery_id.0)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(ServiceError::NotFound)?;
    match delivery.status.as_str() {
        "done" | "discarded" => return Err(ServiceError::DeliveryFinished.into()),
        "dispatched" => return Err(ServiceError::DeliveryInFlight.into()),
        _ => {}
    }
    set_free(&mut transaction, actor, &[delivery_id.0]).await?;
    transaction.commit().await.map_err(Failure::from)
}

/// Lets every dead letter that the filter lets pass be tried again; those that become dead letters meanwhile are left out.
pub(super) async fn retry_all(pool: &PgPool, actor: Actor, filter: &DeliveryFilter) -> sqlx::Result<u64> {
    let mut retried = 0;
    let mut after = 0;
    let began_at = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(pool).await?;
    loop {
        let mut transaction = pool.begin().await?;
        let delivery_ids = sqlx::query_scalar!(
            "SELECT delivery_id FROM bus.delivery
             WHERE status = 'dead' AND delivery_id > $1 AND finished_at <= $2
                 AND ($3::text IS NULL OR subscription = $3) AND ($4::text IS NULL OR last_error ILIKE $4)
             ORDER BY delivery_id
             LIMIT $5
             FOR NO KEY UPDATE",
            after,
            began_at,
            filter.subscription.map(Subscription::name),
            like_pattern(filter.error_part.as_deref()),
            RETRIED_AT_ONCE_MAX
        )
        .fetch_all(&mut *transaction)
        .await?;
        let Some(last) = delivery_ids.last() else { return Ok(retried) };
        after = *last;
        retried += u64::try_from(delivery_ids.len()).unwrap_or(u64::MAX);
        set_free(&mut transaction, actor, &delivery_ids).await?;
        transaction.commit().await?;
    }
}

/// Makes locked deliveries due with all their attempts, and what became a dead letter because it waited for one of them wait
/// again. Each is noted.
async fn set_free(connection: &mut PgConnection, actor: Actor, delivery_ids: &[i64]) -> sqlx::Result<()> {
    let provided = make_due(connection, actor, delivery_ids).await?;
    if provided.is_empty() {
        return Ok(());
    }
    let waiters = sqlx::query_scalar!(
        "SELECT delivery_id FROM bus.delivery
         WHERE awaits = ANY ($1) AND status = 'dead' AND delivery_id <> ALL ($2)
         ORDER BY delivery_id
         FOR NO KEY UPDATE",
        &provided,
        delivery_ids
    )
    .fetch_all(&mut *connection)
    .await?;
    // They are parked again, or applied if what they wait for is there by then.
    make_due(connection, actor, &waiters).await.map(drop)
}

/// Makes locked deliveries due at once, and notes it. Answers what they provide.
async fn make_due(connection: &mut PgConnection, actor: Actor, delivery_ids: &[i64]) -> sqlx::Result<Vec<String>> {
    note(connection, actor, "retry", delivery_ids, None).await?;
    let provided = sqlx::query_scalar!(
        "UPDATE bus.delivery
         SET status = 'waiting', due_at = now(), ready_since = now(), failures = 0, awaits = NULL, awaits_since = NULL, finished_at = NULL
         WHERE delivery_id = ANY ($1)
         RETURNING provides",
        delivery_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(provided.into_iter().flatten().collect())
}

/// Decides that a dead letter shall have no effect.
pub(super) async fn discard(pool: &PgPool, actor: Actor, delivery_id: DeliveryId, reason: &DiscardReason) -> Result<(), Failure> {
    let mut transaction = pool.begin().await?;
    let status = sqlx::query_scalar!("SELECT status FROM bus.delivery WHERE delivery_id = $1 FOR NO KEY UPDATE", delivery_id.0)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(ServiceError::NotFound)?;
    if status != "dead" {
        return Err(ServiceError::DeliveryNotDead.into());
    }
    note(&mut transaction, actor, "discard", &[delivery_id.0], Some(reason.as_str())).await?;
    sqlx::query!("UPDATE bus.delivery SET status = 'discarded', finished_at = now() WHERE delivery_id = $1", delivery_id.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await.map_err(Failure::from)
}

/// Notes what a person does with deliveries, before it is done.
async fn note(connection: &mut PgConnection, actor: Actor, action: &str, delivery_ids: &[i64], reason: Option<&str>) -> sqlx::Result<()> {
    let user_id: Option<Uuid> = actor.user_id().map(|user_id| user_id.0);
    sqlx::query!(
        "INSERT INTO bus.intervention (user_id, action, delivery_id, event_id, subscription, last_error, reason)
         SELECT $1, $2, delivery_id, event_id, subscription, last_error, $4 FROM bus.delivery WHERE delivery_id = ANY ($3)
         ORDER BY delivery_id",
        user_id,
        action,
        delivery_ids,
        reason
    )
    .execute(connection)
    .await
    .map(drop)
}
