//! What the histories have to come across. A poor choice of steps passes every test, so it is counted what they lead to.

use contracts::{ServiceError, queues::DeliveryStatus};
use platform::bus::{Outcome, Remedy};

use super::{
    model::Model,
    step::{Answer, Course, Phase, Step},
};

/// Something that a step leads to: the model before it, the step, the model after it.
type Situation = (&'static str, fn(&Model, &Step, &Model) -> bool);

/// All that has to be come across.
pub(crate) const ALL: &[Situation] = &[
    // Attempts.
    ("several deliveries are applied at once", |_, _, after| outcome(after).is_some_and(|outcome| outcome.applied > 1)),
    ("some are applied, others parked", |_, _, after| outcome(after).is_some_and(|outcome| outcome.applied > 0 && outcome.parked > 0)),
    ("another attempt has taken over some", |_, _, after| {
        outcome(after).is_some_and(|outcome| outcome.superseded > 0 && outcome.applied + outcome.parked > 0)
    }),
    ("a superseded one runs while its delivery is handed out again", |before, step, after| match step {
        Step::Run { worker, .. } | Step::Resume { worker } => before.is_zombie(*worker) && outcome(after).is_some(),
        _ => false,
    }),
    ("one spoils a batch", |before, step, after| after.answer == Answer::Attempted(Err(Remedy::GiveUp)) && attempts_of(before, step) > 1),
    ("a statement fails", |_, step, after| fails(step, Phase::Apply, after)),
    ("a commit fails", |_, step, after| fails(step, Phase::Commit, after)),
    ("a connection is lost", |_, step, _| matches!(step, Step::LoseConnection { .. })),
    ("a crash before the transaction", |before, step, _| crashes_in(before, step, Phase::Prepare)),
    ("a crash in the transaction", |before, step, _| crashes_in(before, step, Phase::Apply)),
    ("a crash in the commit", |before, step, _| crashes_in(before, step, Phase::Commit)),
    // The wire.
    ("a number is found too late", |_, step, after| matches!(step, Step::Begin { .. }) && after.answer == Answer::Attempts(Vec::new())),
    ("a claim leaves out what is locked", |before, step, after| match step {
        Step::Claim { subscriptions } => after.deliveries().any(|(event, delivery)| {
            let is_left = delivery.due && !delivery.attempt_open && !delivery.is_finished() && before.delivery(event).is_some();
            is_left && subscriptions.contains(&after.subscription(event))
        }),
        _ => false,
    }),
    ("an end comes too late", |before, step, after| after.answer == Answer::Ended(Vec::new()) && attempts_of(before, step) > 0),
    ("an end comes too late for some", |before, step, after| match &after.answer {
        Answer::Ended(ended) => !ended.is_empty() && ended.len() < attempts_of(before, step),
        _ => false,
    }),
    // Parked deliveries.
    ("the price comes while it is about to be parked", |before, _, after| waits_no_longer(before, after, DeliveryStatus::InFlight)),
    ("the price releases what is parked", |before, step, after| {
        !matches!(step, Step::End { .. }) && waits_no_longer(before, after, DeliveryStatus::Parked)
    }),
    ("the price releases what has waited for too long", |before, _, after| waits_no_longer(before, after, DeliveryStatus::Dead)),
    ("a dead price releases what is parked", |before, step, after| {
        matches!(step, Step::End { .. }) && waits_no_longer(before, after, DeliveryStatus::Parked)
    }),
    ("what it waits for is dead", |_, _, after| outcome(after).is_some_and(|outcome| outcome.dead > 0)),
    ("it has waited for too long", |before, _, after| {
        let mut impatient = before.deliveries().filter(|(_, delivery)| delivery.patience_is_over && !delivery.is_finished());
        impatient.any(|(event, _)| after.delivery(event).is_some_and(|delivery| delivery.status == DeliveryStatus::Dead))
    }),
    // Locks.
    ("an attempt waits for one that resumes", |_, step, _| blocked(step, true, |step| matches!(step, Step::Resume { .. }))),
    ("an attempt waits for one that crashes", |_, step, _| blocked(step, false, |step| matches!(step, Step::Resume { .. }))),
    ("an end waits for one that resumes", |_, step, _| blocked(step, true, |step| matches!(step, Step::End { .. }))),
    ("an end waits for one that crashes", |_, step, _| blocked(step, false, |step| matches!(step, Step::End { .. }))),
    // People, and retention.
    ("a dead letter is retried", |_, step, after| matches!(step, Step::Retry { .. }) && after.answer == Answer::Decided(Ok(()))),
    ("what waited for it is retried with it", |before, step, after| {
        matches!(step, Step::Retry { .. }) && after.interventions.len() > before.interventions.len() + 1
    }),
    ("several dead letters are retried", |_, step, after| matches!((step, &after.answer), (Step::RetryAll, Answer::Count(2..)))),
    ("a dead letter is discarded", |_, step, after| matches!(step, Step::Discard { .. }) && after.answer == Answer::Decided(Ok(()))),
    ("what is in flight is not retried", |_, _, after| after.answer == Answer::Decided(Err(ServiceError::DeliveryInFlight))),
    ("what is finished is not retried", |_, _, after| after.answer == Answer::Decided(Err(ServiceError::DeliveryFinished))),
    ("what is not dead is not discarded", |_, _, after| after.answer == Answer::Decided(Err(ServiceError::DeliveryNotDead))),
    ("what is done is removed", |_, step, after| matches!((step, &after.answer), (Step::RemoveDone, Answer::Count(1..)))),
];

fn outcome(after: &Model) -> Option<Outcome> {
    match after.answer {
        Answer::Attempted(Ok(outcome)) => Some(outcome),
        _ => None,
    }
}

fn fails(step: &Step, phase: Phase, after: &Model) -> bool {
    matches!(step, Step::Run { course, .. } if *course == Course::Fails(phase)) && after.answer == Answer::Attempted(Err(Remedy::Retry))
}

fn crashes_in(before: &Model, step: &Step, phase: Phase) -> bool {
    let paused = |worker| before.workers[worker].paused.as_ref();
    matches!(step, Step::Crash { worker } if paused(worker).is_some_and(|paused| paused.phase == phase))
}

fn attempts_of(before: &Model, step: &Step) -> usize {
    match step {
        Step::Run { worker, .. } | Step::Resume { worker } | Step::End { worker, .. } => before.workers[worker].attempts.len(),
        _ => 0,
    }
}

/// Whether a delivery of this status is due at once, because what it waits for has come or will not come.
fn waits_no_longer(before: &Model, after: &Model, status: DeliveryStatus) -> bool {
    let mut waited = before.deliveries().filter(|(_, delivery)| delivery.status == status);
    waited.any(|(event, _)| after.delivery(event).is_some_and(|delivery| delivery.status == DeliveryStatus::Waiting && delivery.awaits))
}

fn blocked(step: &Step, by_one_that_resumes: bool, is: fn(&Step) -> bool) -> bool {
    matches!(step, Step::Blocked { resumes, step, .. } if *resumes == by_one_that_resumes && is(step))
}
