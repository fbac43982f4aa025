//! Who keeps which rows locked, which steps would have to wait for them, and so: which steps are possible now.

use std::collections::BTreeSet;

use contracts::queues::DeliveryStatus;

use super::Model;
use crate::histories::step::{Course, DispatchNo, Ending, EventNo, Phase, Step, WorkerNo};

/// A lock on the delivery of an event. Shared ones go together; everything else waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lock {
    event: EventNo,
    is_shared: bool,
}

impl Lock {
    const fn of(event: EventNo) -> Self {
        Self { event, is_shared: false }
    }

    const fn shared(event: EventNo) -> Self {
        Self { event, is_shared: true }
    }

    fn bars(self, other: Self) -> bool {
        self.event == other.event && !(self.is_shared && other.is_shared)
    }
}

impl Model {
    /// Whether this step can be taken now, and nothing that another does decides how it comes out.
    pub(crate) fn allows(&self, step: &Step) -> bool {
        self.makes_sense(step)
            && match step {
                Step::Blocked { by, resumes, step } => self.allows_blocked(*by, *resumes, step),
                // What goes was done days ago: nobody has been looking at it since.
                Step::RemoveDone => self.workers.values().all(|worker| worker.paused.is_none()),
                _ => self.barred_by(step).is_empty(),
            }
    }

    /// The events whose deliveries somebody keeps locked, in whatever way.
    pub(super) fn locked(&self) -> BTreeSet<EventNo> {
        self.in_transaction().flat_map(|worker| self.locks_of(worker)).map(|lock| lock.event).collect()
    }

    /// The workers that are paused in a transaction.
    pub(crate) fn in_transaction(&self) -> impl Iterator<Item = WorkerNo> {
        self.workers.keys().copied().filter(|worker| self.is_in_transaction(*worker))
    }

    fn is_in_transaction(&self, worker: WorkerNo) -> bool {
        self.workers[&worker].paused.as_ref().is_some_and(|paused| paused.phase != Phase::Prepare)
    }

    /// The paused workers that this step would have to wait for.
    fn barred_by(&self, step: &Step) -> BTreeSet<WorkerNo> {
        let wanted = self.wanted_by(step);
        let itself = match step {
            Step::Resume { worker } | Step::LoseConnection { worker } | Step::Crash { worker } => Some(*worker),
            _ => None,
        };
        self.in_transaction()
            .filter(|worker| Some(*worker) != itself)
            .filter(|worker| self.locks_of(*worker).iter().any(|lock| wanted.iter().any(|wanted| lock.bars(*wanted))))
            .collect()
    }

    /// A step waits for exactly one paused worker, and for nobody else when that has ended.
    fn allows_blocked(&self, by: WorkerNo, resumes: bool, step: &Step) -> bool {
        if !step.may_wait() || !self.makes_sense(step) || self.barred_by(step) != BTreeSet::from([by]) {
            return false;
        }
        let then = self.clone().after(&Step::end_of_pause(by, resumes));
        then.barred_by(step).is_empty()
    }

    /// Whether what the step needs is there, locks aside.
    fn makes_sense(&self, step: &Step) -> bool {
        let published = |event: &EventNo| self.events.contains_key(event);
        let idle = |worker: &WorkerNo| self.workers.get(worker).is_some_and(|worker| worker.paused.is_none());
        let pause = |worker: &WorkerNo| Some(self.workers.get(worker)?.paused.as_ref()?.phase);
        let one_subscription = |dispatches: &[DispatchNo]| {
            let subscriptions = dispatches.iter().map(|dispatch| self.subscription(dispatch.event).name());
            subscriptions.collect::<BTreeSet<_>>().len() == 1
        };
        match step {
            Step::CreateTask { create, assign } => !published(create) && !published(assign) && create != assign,
            Step::Reassign { create, assign } => self.events.get(create).is_some_and(|event| event.create == *create) && !published(assign),
            Step::Poison { event, poisoned } => self.events.get(event).is_some_and(|event| event.poisoned != *poisoned),
            Step::Claim { subscriptions } => !subscriptions.is_empty(),
            Step::TakeBack { dispatches, .. } => !dispatches.is_empty() && dispatches.iter().all(|dispatch| self.wire.contains(dispatch)),
            Step::Begin { worker, dispatches } => {
                let on_the_wire = dispatches.iter().all(|dispatch| self.wire.contains(dispatch));
                on_the_wire && one_subscription(dispatches) && !self.workers.contains_key(worker)
            }
            Step::Run { worker, course } => idle(worker) && !self.workers[worker].is_relay && self.may_pause(*worker, *course),
            Step::Resume { worker } | Step::Crash { worker } => pause(worker).is_some(),
            Step::LoseConnection { worker } => pause(worker).is_some_and(|phase| phase != Phase::Prepare),
            Step::FindExpired { relay } => !self.workers.contains_key(relay),
            Step::End { worker, .. } => idle(worker),
            Step::TimePasses { events } => events.iter().all(|event| {
                let delivery = self.delivery(*event);
                delivery.is_some_and(|delivery| !delivery.is_finished() && !delivery.due)
            }),
            Step::PatienceEnds { event } => {
                let delivery = self.delivery(*event);
                delivery.is_some_and(|delivery| delivery.status == DeliveryStatus::Parked && !delivery.patience_is_over)
            }
            Step::Retry { event } | Step::Discard { event } => published(event),
            Step::Blocked { by, .. } => self.workers.contains_key(by) && self.is_in_transaction(*by),
            Step::RetryAll | Step::RemoveDone => true,
        }
    }

    /// Whether the worker gets to the phase where it shall pause.
    fn may_pause(&self, worker: WorkerNo, course: Course) -> bool {
        let written = self.writes(worker);
        let gets_through = !written.done.iter().any(|event| self.events[event].poisoned);
        match course {
            Course::Pauses(Phase::Apply) => gets_through && !written.done.is_empty(),
            Course::Pauses(Phase::Commit) => gets_through && written.all().next().is_some(),
            _ => true,
        }
    }

    /// What a worker locks to write: its deliveries, what they provide or wait for, and what they release.
    fn locks_of(&self, worker: WorkerNo) -> Vec<Lock> {
        let written = self.writes(worker);
        let waits = self.waits(worker);
        // Prices are locked first, also for what another attempt has taken over: that is seen only afterwards.
        let prices = self.workers[&worker].attempts.iter().filter_map(|attempt| {
            let create = self.events[&attempt.event].create;
            if waits.contains(&attempt.event) { Some(Lock::shared(create)) } else { (create == attempt.event).then(|| Lock::of(create)) }
        });
        let prices = prices.filter(|lock| self.delivery(lock.event).is_some());
        let released = written.done.iter().flat_map(|create| self.waiting_for(*create));
        written.all().chain(released).map(Lock::of).chain(prices).collect()
    }

    /// What a step locks, and therefore may have to wait for.
    fn wanted_by(&self, step: &Step) -> Vec<Lock> {
        let of = |dispatches: Vec<DispatchNo>| dispatches.into_iter().map(|dispatch| Lock::of(dispatch.event)).collect();
        match step {
            Step::TakeBack { dispatches, .. } | Step::Begin { dispatches, .. } => of(self.may_begin(dispatches)),
            Step::Run { course: Course::Fails(Phase::Prepare) | Course::Pauses(Phase::Prepare), .. } => Vec::new(),
            Step::Run { worker, .. } => self.locks_of(*worker),
            // In its transaction it has locked all it needs.
            Step::Resume { worker } if !self.is_in_transaction(*worker) => self.locks_of(*worker),
            Step::End { worker, ending } => self.wanted_to_end(*worker, *ending),
            Step::TimePasses { events } => events.iter().copied().map(Lock::of).collect(),
            Step::Retry { event } | Step::Discard { event } if self.delivery(*event).is_none() => Vec::new(),
            Step::PatienceEnds { event } | Step::Discard { event } => vec![Lock::of(*event)],
            Step::Retry { event } => self.wanted_to_set_free(vec![*event]),
            Step::RetryAll => self.wanted_to_set_free(self.dead_letters()),
            _ => Vec::new(),
        }
    }

    fn wanted_to_end(&self, worker: WorkerNo, ending: Ending) -> Vec<Lock> {
        let open = self.open(&self.workers[&worker].attempts).into_iter().map(|attempt| attempt.event);
        let released = |event| if ending.retry.is_none() { self.parked_for(event) } else { Vec::new() };
        open.flat_map(|event| [event].into_iter().chain(released(event))).map(Lock::of).collect()
    }

    fn wanted_to_set_free(&self, events: Vec<EventNo>) -> Vec<Lock> {
        let waiters: Vec<EventNo> = events.iter().flat_map(|event| self.dead_for(*event)).collect();
        events.into_iter().chain(waiters).map(Lock::of).collect()
    }
}

impl Step {
    /// Whether it does one thing, in one transaction, which may find that it has to wait.
    fn may_wait(&self) -> bool {
        matches!(
            self,
            Self::TakeBack { .. } | Self::Begin { .. } | Self::Resume { .. } | Self::End { .. } | Self::Retry { .. } | Self::Discard { .. }
        )
    }
}
