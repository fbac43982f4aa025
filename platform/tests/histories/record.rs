//! What the database holds, at one moment.

use contracts::queues::{AttemptOutcome, DeliveryStatus, InterventionKind};
use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    pub(crate) deliveries: Vec<Row>,
    /// How often each event was applied, of those that were.
    pub(crate) effects: Vec<(Uuid, i64)>,
    /// What people did with which delivery.
    pub(crate) interventions: Vec<(i64, InterventionKind)>,
}

/// A row of `bus.delivery`.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns, and what is asked of columns")]
pub(crate) struct Row {
    pub(crate) delivery_id: i64,
    pub(crate) status: DeliveryStatus,
    pub(crate) is_due: bool,
    pub(crate) dispatch_no: i32,
    pub(crate) attempt_no: i32,
    pub(crate) attempt_open: bool,
    pub(crate) failures: i32,
    pub(crate) runs_alone: bool,
    pub(crate) provides: Option<String>,
    pub(crate) awaits: Option<String>,
    pub(crate) patience_is_over: bool,
    pub(crate) last_error: Option<String>,
    pub(crate) is_finished: bool,
    /// Its attempts without effect, in order.
    pub(crate) attempts: Vec<(i32, AttemptOutcome)>,
    /// How often its event was applied.
    pub(crate) times_applied: i64,
}

/// Reads everything.
pub(crate) async fn read(connection: &mut PgConnection) -> Record {
    let query = "SELECT jsonb_build_object(
         'deliveries', (SELECT coalesce(jsonb_agg(delivery), '[]') FROM (
             SELECT delivery_id, CASE status WHEN 'dispatched' THEN 'in_flight' ELSE status END AS status,
                 due_at <= now() AS is_due, dispatch_no, attempt_no, attempt_open, failures, runs_alone, provides, awaits,
                 coalesce(awaits_since < now() - interval '24 hours', false) AS patience_is_over,
                 last_error, finished_at IS NOT NULL AS is_finished,
                 (SELECT coalesce(jsonb_agg(jsonb_build_array(attempt_no, outcome) ORDER BY attempt_no), '[]')
                     FROM bus.attempt WHERE attempt.delivery_id = delivery.delivery_id) AS attempts,
                 (SELECT count(*) FROM trial.effect WHERE effect.event_id = delivery.event_id) AS times_applied
             FROM bus.delivery
         ) AS delivery),
         'effects', (SELECT coalesce(jsonb_agg(jsonb_build_array(event_id, times_applied)), '[]')
             FROM (SELECT event_id, count(*) AS times_applied FROM trial.effect GROUP BY event_id) AS applied),
         'interventions', (SELECT coalesce(jsonb_agg(jsonb_build_array(delivery_id, action)), '[]') FROM bus.intervention))";
    let Json(record) = sqlx::query_scalar(query).fetch_one(connection).await.expect("the record can be read");
    record
}
