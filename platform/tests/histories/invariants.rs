//! What holds after every step: first what the rows have to be among themselves, whatever led to them; then that they are exactly
//! what the model holds.

use std::collections::BTreeMap;

use contracts::{
    EventId, Subscription,
    queues::{DeliveryStatus, InterventionKind},
};

use super::{
    case::Case,
    model::{Delivery, Model},
    record::{self, Record, Row},
    step::EventNo,
};

/// Holds the database against itself and against the model.
pub(crate) async fn check(case: &Case, model: &Model) {
    let record = record::read(&mut *case.world.observer().await).await;
    for row in &record.deliveries {
        check_row(row);
        check_wait(row, &record.deliveries);
    }
    check_against_model(case, model, record);
}

/// What a delivery may be at all.
fn check_row(row: &Row) {
    let is_finished = matches!(row.status, DeliveryStatus::Done | DeliveryStatus::Dead | DeliveryStatus::Discarded);
    assert_eq!(row.is_finished, is_finished, "it says when it was finished, or not: {row:?}");
    if row.attempt_open {
        assert_eq!((row.status, row.attempt_no), (DeliveryStatus::InFlight, row.dispatch_no), "who has it open? {row:?}");
    }
    assert!(row.attempt_no <= row.dispatch_no, "attempted more often than handed out: {row:?}");
    assert!(row.failures <= row.attempt_no, "failed more often than attempted: {row:?}");
    assert!(row.attempts.is_sorted_by(|(one, _), (next, _)| one < next), "two outcomes of one attempt: {row:?}");
    assert!(row.attempts.last().is_none_or(|(last, _)| *last <= row.attempt_no), "an outcome without an attempt: {row:?}");
    let is_done = row.status == DeliveryStatus::Done;
    assert_eq!(row.times_applied, i64::from(is_done), "an effect once, and only with its delivery done: {row:?}");
    assert!(!is_done || (row.awaits.is_none() && row.last_error.is_none()), "done, and yet: {row:?}");
    assert!(row.status != DeliveryStatus::Dead || row.last_error.is_some(), "dead, and nobody knows why: {row:?}");
}

/// Nothing waits for what will not come, and nothing is dead for want of what has come.
fn check_wait(row: &Row, rows: &[Row]) {
    let is_parked = row.status == DeliveryStatus::Parked;
    if is_parked || (row.status == DeliveryStatus::Dead && row.awaits.is_some()) {
        let provider = rows.iter().find(|provider| provider.provides == row.awaits);
        let provider = provider.unwrap_or_else(|| panic!("it waits for nothing: {row:?}"));
        assert_eq!(provider.times_applied, 0, "it waits for what is there: {row:?} for {provider:?}");
        assert!(!is_parked || !provider.is_finished, "it waits in vain: {row:?} for {provider:?}");
    }
}

fn check_against_model(case: &Case, model: &Model, Record { deliveries, effects, interventions }: Record) {
    let mut stored = BTreeMap::new();
    for row in &deliveries {
        let event = case.names.delivery(row.delivery_id);
        let provides = (model.subscription(event) == Subscription::AccountingTaskCreate).then(|| format!("price:{event}"));
        assert_eq!(row.provides, provides, "what it makes known: {row:?}");
        stored.insert(event, of(row));
    }
    for (event, delivery) in model.deliveries() {
        assert_eq!(stored.remove(&event).as_ref(), Some(delivery), "the database (left) and the model disagree about the event {event}");
    }
    assert!(stored.is_empty(), "the model knows of no such deliveries: {stored:?}");

    // Also of those whose deliveries were removed.
    let effects: BTreeMap<EventNo, i64> = effects.into_iter().map(|(id, times)| (case.names.event(EventId(id)), times)).collect();
    let once = model.events.iter().filter(|(_, event)| event.is_applied).map(|(event, _)| (*event, 1));
    assert_eq!(effects, once.collect(), "every event that was applied has its effect, once");

    let mut noted: Vec<_> = interventions.into_iter().map(|(delivery_id, kind)| (case.names.delivery(delivery_id), kind)).collect();
    let mut decided = model.interventions.clone();
    for interventions in [&mut noted, &mut decided] {
        interventions.sort_unstable_by_key(|(event, kind)| (*event, *kind == InterventionKind::Discard));
    }
    assert_eq!(noted, decided, "what people did is not what was noted");
}

/// What the model knows of a row.
fn of(row: &Row) -> Delivery {
    Delivery {
        status: row.status,
        due: row.is_due && !row.is_finished,
        dispatch_no: row.dispatch_no,
        attempt_no: row.attempt_no,
        attempt_open: row.attempt_open,
        failures: row.failures,
        runs_alone: row.runs_alone,
        awaits: row.awaits.is_some(),
        patience_is_over: row.patience_is_over,
        attempts: row.attempts.clone(),
    }
}
