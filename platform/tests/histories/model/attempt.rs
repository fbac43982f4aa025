//! What a worker does with its attempts: it finds out which have to wait, and does the rest in one transaction.

use contracts::queues::{AttemptOutcome, DeliveryStatus};
use platform::bus::{Outcome, Remedy};

use super::Model;
use crate::histories::step::{Answer, Course, EventNo, Phase, WorkerNo};

/// A worker paused in its attempts.
#[derive(Debug, Clone)]
pub(crate) struct Paused {
    pub(crate) phase: Phase,
    /// There was no price for these when it looked.
    waits: Vec<EventNo>,
}

/// What a transaction writes; it holds when it is committed.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Done, with their effects.
    pub(super) done: Vec<EventNo>,
    /// Parked, or whatever becomes of what should be.
    pub(super) parked: Vec<EventNo>,
    superseded: usize,
}

impl Written {
    pub(super) fn all(&self) -> impl Iterator<Item = EventNo> {
        self.done.iter().chain(&self.parked).copied()
    }
}

impl Model {
    pub(super) fn run(&mut self, worker: WorkerNo, course: Course) -> Answer {
        let waits = self.waits(worker);
        match course {
            Course::Fails(Phase::Prepare) => Answer::Attempted(Err(Remedy::RetryAfterOutage)),
            Course::Pauses(phase) => {
                self.workers.get_mut(&worker).expect("the worker has begun").paused = Some(Paused { phase, waits });
                Answer::Paused
            }
            Course::Through | Course::Fails(_) => self.transact(worker, &waits, course),
        }
    }

    pub(super) fn resume(&mut self, worker: WorkerNo) -> Answer {
        let Paused { phase, waits } = self.end_pause(worker);
        if phase == Phase::Prepare { self.transact(worker, &waits, Course::Through) } else { self.commit(&self.written(worker, &waits)) }
    }

    pub(super) fn lose_connection(&mut self, worker: WorkerNo) -> Answer {
        self.end_pause(worker);
        Answer::Attempted(Err(Remedy::RetryAfterOutage))
    }

    pub(super) fn crash(&mut self, worker: WorkerNo) -> Answer {
        self.workers.remove(&worker);
        Answer::Nothing
    }

    /// The events for which there is no price yet, or was none when the worker looked.
    pub(super) fn waits(&self, worker: WorkerNo) -> Vec<EventNo> {
        let worker = &self.workers[&worker];
        if let Some(paused) = &worker.paused {
            return paused.waits.clone();
        }
        let events = worker.attempts.iter().map(|attempt| attempt.event);
        let waits = |event: &EventNo| {
            let create = self.events[event].create;
            create != *event && !self.events[&create].is_applied
        };
        events.filter(waits).collect()
    }

    fn transact(&mut self, worker: WorkerNo, waits: &[EventNo], course: Course) -> Answer {
        let written = self.written(worker, waits);
        if written.done.iter().any(|event| self.events[event].poisoned) {
            return Answer::Attempted(Err(Remedy::GiveUp));
        }
        let fails = match course {
            Course::Fails(Phase::Apply) => !written.done.is_empty(),
            Course::Fails(_) => written.all().next().is_some(),
            _ => false,
        };
        if fails { Answer::Attempted(Err(Remedy::Retry)) } else { self.commit(&written) }
    }

    /// What a worker's transaction writes, before it is committed.
    pub(super) fn writes(&self, worker: WorkerNo) -> Written {
        self.written(worker, &self.waits(worker))
    }

    fn written(&self, worker: WorkerNo, waits: &[EventNo]) -> Written {
        let attempts = &self.workers[&worker].attempts;
        let open: Vec<EventNo> = self.open(attempts).into_iter().map(|attempt| attempt.event).collect();
        let superseded = attempts.len() - open.len();
        let (parked, done) = open.into_iter().partition(|event| waits.contains(event));
        Written { done, parked, superseded }
    }

    fn commit(&mut self, written: &Written) -> Answer {
        let dead = written.parked.iter().filter(|event| self.park(**event)).count();
        for event in &written.done {
            self.event_mut(*event).is_applied = true;
            let delivery = self.delivery_mut(*event);
            delivery.finish(DeliveryStatus::Done);
            delivery.awaits_nothing();
            for waiter in self.waiting_for(*event) {
                self.release(waiter);
                self.delivery_mut(waiter).patience_is_over = false;
            }
        }
        let Written { done, parked, superseded } = written;
        Answer::Attempted(Ok(Outcome { applied: done.len(), parked: parked.len(), dead, superseded: *superseded }))
    }

    /// Parks a delivery, or finds that it need not wait or waits in vain. Answers whether it is dead.
    fn park(&mut self, event: EventNo) -> bool {
        let create = self.events[&event].create;
        let provider = self.events[&create].delivery.as_ref().map(|delivery| delivery.status);
        let delivery = self.delivery_mut(event);
        let status = match provider {
            Some(DeliveryStatus::Done) => DeliveryStatus::Waiting,
            Some(DeliveryStatus::Dead | DeliveryStatus::Discarded) => DeliveryStatus::Dead,
            _ if delivery.patience_is_over => DeliveryStatus::Dead,
            _ => DeliveryStatus::Parked,
        };
        if !delivery.awaits || status == DeliveryStatus::Dead {
            delivery.attempts.push((delivery.attempt_no, AttemptOutcome::Parked));
        }
        (delivery.awaits, delivery.attempt_open) = (true, false);
        (delivery.status, delivery.due) = (status, status == DeliveryStatus::Waiting);
        status == DeliveryStatus::Dead
    }

    fn end_pause(&mut self, worker: WorkerNo) -> Paused {
        self.workers.get_mut(&worker).and_then(|worker| worker.paused.take()).expect("the worker is paused")
    }
}
