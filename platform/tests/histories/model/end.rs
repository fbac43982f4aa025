//! Attempts without effect: which have expired, and what is stored of them.

use contracts::queues::{AttemptOutcome, DeliveryStatus};

use super::{Delivery, Model, Worker};
use crate::histories::step::{Answer, DispatchNo, Ending, When, WorkerNo};

impl Model {
    pub(super) fn find_expired(&mut self, relay: WorkerNo) -> Answer {
        let expired: Vec<(DispatchNo, i32)> = self
            .deliveries()
            .filter(|(_, delivery)| delivery.attempt_open && delivery.due)
            .map(|(no, delivery)| (DispatchNo { event: no, no: delivery.attempt_no }, delivery.failures))
            .collect();
        let attempts = expired.iter().map(|(attempt, _)| *attempt).collect();
        self.workers.insert(relay, Worker { attempts, is_relay: true, paused: None });
        Answer::Attempts(expired)
    }

    pub(super) fn end_attempts(&mut self, worker: WorkerNo, Ending { outcome, retry }: Ending) -> Answer {
        let stored = self.open(&self.workers[&worker].attempts);
        for attempt in &stored {
            let event = attempt.event;
            let delivery = self.delivery_mut(event);
            delivery.attempt_open = false;
            delivery.awaits_nothing();
            delivery.failures += i32::from(matches!(outcome, AttemptOutcome::Failed | AttemptOutcome::Died));
            delivery.runs_alone |= outcome == AttemptOutcome::Undone;
            delivery.attempts.push((attempt.no, outcome));
            if let Some(when) = retry {
                (delivery.status, delivery.due) = (DeliveryStatus::Waiting, when == When::Now);
            } else {
                delivery.finish(DeliveryStatus::Dead);
                for waiter in self.parked_for(event) {
                    self.release(waiter);
                }
            }
        }
        Answer::Ended(stored)
    }

    /// Those of some attempts that are the newest of their deliveries and have no outcome yet.
    pub(super) fn open(&self, attempts: &[DispatchNo]) -> Vec<DispatchNo> {
        let is_open = |attempt: &DispatchNo| self.delivery(attempt.event).is_some_and(|delivery| delivery.is_open_for(attempt.no));
        attempts.iter().copied().filter(is_open).collect()
    }

    /// Whether one of a worker's attempts has no outcome yet.
    pub(crate) fn has_open_attempts(&self, worker: WorkerNo) -> bool {
        !self.open(&self.workers[&worker].attempts).is_empty()
    }

    /// Whether another attempt has taken over some of a worker's deliveries, but not all.
    pub(crate) fn is_superseded_in_part(&self, worker: WorkerNo) -> bool {
        let attempts = &self.workers[&worker].attempts;
        (1..attempts.len()).contains(&self.open(attempts).len())
    }

    /// Whether the delivery has waited for too long.
    pub(crate) fn is_impatient(&self, dispatch: DispatchNo) -> bool {
        self.delivery(dispatch.event).is_some_and(|delivery| delivery.patience_is_over)
    }

    /// Whether an attempt of this worker was ended by another, and the delivery handed out again to one who has not begun.
    pub(crate) fn is_zombie(&self, worker: WorkerNo) -> bool {
        let is_past =
            |delivery: &Delivery, no| delivery.attempt_no == no && !delivery.attempt_open && delivery.may_begin(delivery.dispatch_no);
        let mut attempts = self.workers[&worker].attempts.iter();
        attempts.any(|attempt| self.delivery(attempt.event).is_some_and(|delivery| is_past(delivery, attempt.no)))
    }
}
