//! From the record to the wire and back: claim, take back, begin.

use std::collections::BTreeSet;

use contracts::{Subscription, queues::DeliveryStatus};

use super::{Model, Worker};
use crate::histories::step::{Answer, DispatchNo, When, WorkerNo};

impl Model {
    pub(super) fn claim(&mut self, subscriptions: &[Subscription]) -> Answer {
        let locked = self.locked();
        let due: Vec<_> = self
            .deliveries()
            .filter(|(no, delivery)| {
                let free = !delivery.is_finished() && delivery.due && !delivery.attempt_open && !locked.contains(no);
                free && subscriptions.contains(&self.subscription(*no))
            })
            .map(|(no, _)| no)
            .collect();
        let mut dispatched = Vec::new();
        for no in due {
            let delivery = self.delivery_mut(no);
            (delivery.status, delivery.due) = (DeliveryStatus::InFlight, false);
            delivery.dispatch_no += 1;
            dispatched.push((DispatchNo { event: no, no: delivery.dispatch_no }, delivery.runs_alone || delivery.failures > 0));
        }
        self.wire.extend(dispatched.iter().map(|(dispatch, _)| *dispatch));
        Answer::Dispatched(dispatched)
    }

    pub(super) fn take_back(&mut self, dispatches: &[DispatchNo], retry: When) -> Answer {
        for dispatch in self.may_begin(dispatches) {
            let delivery = self.delivery_mut(dispatch.event);
            (delivery.status, delivery.due) = (DeliveryStatus::Waiting, retry == When::Now);
        }
        Answer::Nothing
    }

    pub(super) fn begin(&mut self, worker: WorkerNo, dispatches: &[DispatchNo]) -> Answer {
        let begun = self.may_begin(dispatches);
        let mut attempts = Vec::new();
        for dispatch in &begun {
            let delivery = self.delivery_mut(dispatch.event);
            (delivery.attempt_no, delivery.attempt_open, delivery.due) = (dispatch.no, true, false);
            attempts.push((*dispatch, delivery.failures));
        }
        self.workers.insert(worker, Worker { attempts: begun, is_relay: false, paused: None });
        Answer::Attempts(attempts)
    }

    /// Those of some numbers that are the newest of their deliveries, and nobody has begun.
    pub(crate) fn may_begin(&self, dispatches: &[DispatchNo]) -> Vec<DispatchNo> {
        let dispatches: BTreeSet<DispatchNo> = dispatches.iter().copied().collect();
        let may = |dispatch: &DispatchNo| self.delivery(dispatch.event).is_some_and(|delivery| delivery.may_begin(dispatch.no));
        dispatches.into_iter().filter(may).collect()
    }
}
