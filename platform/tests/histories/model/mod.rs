//! The bus as it should be, in memory: the states of a delivery, and what each step makes of them.
//!
//! Steps take effect one after the other. A worker that is paused in its transaction has had no effect yet; [`locks`](self::locks)
//! works out which rows it keeps locked meanwhile, and so which steps have to wait for it.

mod attempt;
mod dispatch;
mod end;
mod locks;
mod people;

use std::collections::BTreeMap;

use contracts::{
    Subscription,
    queues::{AttemptOutcome, DeliveryStatus, InterventionKind},
};

use self::attempt::Paused;
use super::step::{Answer, DispatchNo, EventNo, Step, WorkerNo};

/// Everything that there is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) events: BTreeMap<EventNo, Event>,
    /// Every number that was ever pushed: the wire may repeat any of them at any time.
    pub(crate) wire: Vec<DispatchNo>,
    pub(crate) workers: BTreeMap<WorkerNo, Worker>,
    /// What people did, in order.
    pub(crate) interventions: Vec<(EventNo, InterventionKind)>,
    /// What the bus has to answer to the last step.
    pub(crate) answer: Answer,
}

/// An event, its delivery and its effect.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// The event that created the task it is about: itself, or what it waits for.
    pub(crate) create: EventNo,
    /// The reaction fails whenever it hears of it.
    pub(crate) poisoned: bool,
    /// Its effect is there.
    pub(crate) is_applied: bool,
    /// Nothing: it was done and removed.
    pub(crate) delivery: Option<Delivery>,
}

/// A delivery as the database should hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns, and each combination has a meaning")]
pub(crate) struct Delivery {
    pub(crate) status: DeliveryStatus,
    /// Whether its time has come; of no meaning once it is finished.
    pub(crate) due: bool,
    pub(crate) dispatch_no: i32,
    pub(crate) attempt_no: i32,
    pub(crate) attempt_open: bool,
    pub(crate) failures: i32,
    pub(crate) runs_alone: bool,
    /// It waits, or waited when it was given up, for the price of its task.
    pub(crate) awaits: bool,
    /// And has done so for longer than it may.
    pub(crate) patience_is_over: bool,
    /// The attempts without effect.
    pub(crate) attempts: Vec<(i32, AttemptOutcome)>,
}

/// Who holds attempts. It may be dead: then it takes no step any more.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) attempts: Vec<DispatchNo>,
    /// It only finds expired attempts and ends them.
    pub(crate) is_relay: bool,
    pub(crate) paused: Option<Paused>,
}

impl Model {
    /// What is there after this step.
    pub(crate) fn after(mut self, step: &Step) -> Self {
        self.answer = self.take(step);
        self
    }

    fn take(&mut self, step: &Step) -> Answer {
        match step {
            Step::CreateTask { create, assign } => {
                self.events.insert(*create, Event::about(*create));
                self.events.insert(*assign, Event::about(*create));
                Answer::Nothing
            }
            Step::Reassign { create, assign } => {
                self.events.insert(*assign, Event::about(*create));
                Answer::Nothing
            }
            Step::Poison { event, poisoned } => {
                self.event_mut(*event).poisoned = *poisoned;
                Answer::Nothing
            }
            Step::Claim { subscriptions } => self.claim(subscriptions),
            Step::TakeBack { dispatches, retry } => self.take_back(dispatches, *retry),
            Step::Begin { worker, dispatches } => self.begin(*worker, dispatches),
            Step::Run { worker, course } => self.run(*worker, *course),
            Step::Resume { worker } => self.resume(*worker),
            Step::LoseConnection { worker } => self.lose_connection(*worker),
            Step::Crash { worker } => self.crash(*worker),
            Step::FindExpired { relay } => self.find_expired(*relay),
            Step::End { worker, ending } => self.end_attempts(*worker, *ending),
            Step::TimePasses { events } => {
                for event in events {
                    self.delivery_mut(*event).due = true;
                }
                Answer::Nothing
            }
            Step::PatienceEnds { event } => {
                self.delivery_mut(*event).patience_is_over = true;
                Answer::Nothing
            }
            Step::Retry { event } => self.retry(*event),
            Step::RetryAll => self.retry_all(),
            Step::Discard { event } => self.discard(*event),
            Step::RemoveDone => self.remove_done(),
            Step::Blocked { by, resumes, step } => {
                let first = self.take(&Step::end_of_pause(*by, *resumes));
                Answer::Both(Box::new((first, self.take(step))))
            }
        }
    }

    /// The deliveries that there are.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = (EventNo, &Delivery)> {
        self.events.iter().filter_map(|(no, event)| Some((*no, event.delivery.as_ref()?)))
    }

    /// The delivery of this event, if it is still there.
    pub(crate) fn delivery(&self, no: EventNo) -> Option<&Delivery> {
        self.events.get(&no)?.delivery.as_ref()
    }

    /// Which subscription hears of an event.
    pub(crate) fn subscription(&self, no: EventNo) -> Subscription {
        if self.events[&no].create == no { Subscription::AccountingTaskCreate } else { Subscription::AccountingTaskAssign }
    }

    /// A number that no event has.
    pub(crate) fn next_event(&self) -> EventNo {
        self.events.last_key_value().map_or(0, |(no, _)| no + 1)
    }

    /// A number that no worker has.
    pub(crate) fn next_worker(&self) -> WorkerNo {
        self.workers.last_key_value().map_or(0, |(no, _)| no + 1)
    }

    fn event_mut(&mut self, no: EventNo) -> &mut Event {
        self.events.get_mut(&no).expect("the event was published")
    }

    fn delivery_mut(&mut self, no: EventNo) -> &mut Delivery {
        self.event_mut(no).delivery.as_mut().expect("the event has a delivery")
    }

    /// What waits for the price of the task that `create` creates.
    pub(crate) fn parked_for(&self, create: EventNo) -> Vec<EventNo> {
        self.awaiting(create, DeliveryStatus::Parked)
    }

    /// What was given up because it waited for that price.
    pub(crate) fn dead_for(&self, create: EventNo) -> Vec<EventNo> {
        self.awaiting(create, DeliveryStatus::Dead)
    }

    /// Both.
    fn waiting_for(&self, create: EventNo) -> Vec<EventNo> {
        [self.parked_for(create), self.dead_for(create)].concat()
    }

    fn awaiting(&self, create: EventNo, status: DeliveryStatus) -> Vec<EventNo> {
        let awaits = |event: &EventNo, delivery: &Delivery| delivery.awaits && self.events[event].create == create;
        self.deliveries().filter(|(event, delivery)| delivery.status == status && awaits(event, delivery)).map(|(event, _)| event).collect()
    }

    /// Makes due what waited: the price has come, or will not come.
    fn release(&mut self, waiter: EventNo) {
        let waiter = self.delivery_mut(waiter);
        (waiter.status, waiter.due) = (DeliveryStatus::Waiting, true);
    }
}

impl Event {
    fn about(create: EventNo) -> Self {
        Self { create, poisoned: false, is_applied: false, delivery: Some(Delivery::fresh()) }
    }
}

impl Delivery {
    fn fresh() -> Self {
        Self {
            status: DeliveryStatus::Waiting,
            due: true,
            dispatch_no: 0,
            attempt_no: 0,
            attempt_open: false,
            failures: 0,
            runs_alone: false,
            awaits: false,
            patience_is_over: false,
            attempts: Vec::new(),
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.status, DeliveryStatus::Done | DeliveryStatus::Dead | DeliveryStatus::Discarded)
    }

    /// Whether an attempt of this number is the newest and has no outcome yet: it, and no other, may write one.
    pub(crate) fn is_open_for(&self, attempt_no: i32) -> bool {
        self.status == DeliveryStatus::InFlight && self.attempt_open && self.attempt_no == attempt_no
    }

    /// Whether an attempt may begin for this dispatch.
    pub(crate) fn may_begin(&self, dispatch_no: i32) -> bool {
        self.status == DeliveryStatus::InFlight && self.dispatch_no == dispatch_no && self.attempt_no < dispatch_no
    }

    fn finish(&mut self, status: DeliveryStatus) {
        (self.status, self.due, self.attempt_open) = (status, false, false);
    }

    fn awaits_nothing(&mut self) {
        (self.awaits, self.patience_is_over) = (false, false);
    }
}
