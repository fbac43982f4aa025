use contracts::{
    BusinessDay, DeliveryId, ServiceError, UserId,
    queues::{AttemptOutcome, AttemptRecord, DeliveryRecord, DeliverySummary, Intervention, InterventionKind},
};
use sqlx::PgPool;

use super::list::Row;
use crate::database::Failure;

/// Everything about one delivery.
pub(super) async fn delivery(pool: &PgPool, delivery_id: DeliveryId) -> Result<DeliveryRecord, Failure> {
    let found = sqlx::query!(
        "SELECT delivery_id, event_id, subscription, status, failures, awaits, last_error, created_at, due_at, finished_at,
             kind, payload, occurred_at, business_day, request_id,
             (SELECT delivery_id FROM bus.delivery AS provider WHERE provider.provides = delivery.awaits) AS awaited_delivery_id
         FROM bus.delivery JOIN bus.event USING (event_id) WHERE delivery_id = $1",
        delivery_id.0
    );
    let row = found.fetch_optional(pool).await?.ok_or(ServiceError::NotFound)?;
    let attempts = sqlx::query!(
        "SELECT attempt_no, began_at, ended_at, outcome, error FROM bus.attempt WHERE delivery_id = $1 ORDER BY attempt_no",
        delivery_id.0
    )
    .fetch_all(pool)
    .await?;
    let interventions = sqlx::query!(
        "SELECT at, user_id, action, reason FROM bus.intervention WHERE delivery_id = $1 ORDER BY intervention_id",
        delivery_id.0
    )
    .fetch_all(pool)
    .await?;

    let awaited_delivery_id = row.awaited_delivery_id.map(DeliveryId);
    let (occurred_at, business_day, payload, request_id) = (row.occurred_at, row.business_day, row.payload.clone(), row.request_id);
    let summary = DeliverySummary::try_from(Row {
        delivery_id: row.delivery_id,
        event_id: row.event_id,
        subscription: row.subscription,
        status: row.status,
        failures: row.failures,
        awaits: row.awaits,
        last_error: row.last_error,
        created_at: row.created_at,
        due_at: row.due_at,
        finished_at: row.finished_at,
        kind: row.kind,
        payload: row.payload,
    })?;
    Ok(DeliveryRecord {
        summary,
        awaited_delivery_id,
        occurred_at,
        business_day: BusinessDay(business_day),
        payload,
        request_id,
        attempts: attempts
            .into_iter()
            .filter_map(|row| {
                Some(AttemptRecord {
                    attempt_no: row.attempt_no,
                    began_at: row.began_at,
                    ended_at: row.ended_at,
                    // The table allows no other.
                    outcome: AttemptOutcome::named(&row.outcome)?,
                    error: row.error,
                })
            })
            .collect(),
        interventions: interventions
            .into_iter()
            .map(|row| Intervention {
                at: row.at,
                user_id: row.user_id.map(UserId),
                action: if row.action == "discard" { InterventionKind::Discard } else { InterventionKind::Retry },
                reason: row.reason,
            })
            .collect(),
    })
}
