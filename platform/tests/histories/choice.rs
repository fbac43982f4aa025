//! Which step comes next: any that is possible, and rather one that leads somewhere.

use contracts::{
    Subscription,
    queues::{AttemptOutcome, DeliveryStatus},
};
use proptest::{
    sample::{select, subsequence},
    strategy::{BoxedStrategy, Just, Strategy as _, Union},
};

use super::{
    model::Model,
    step::{Course, DispatchNo, Ending, Phase, Step, When, WorkerNo},
};

/// How many events a history has at most: a few tasks, one of them with several that wait for its price.
const EVENTS_MAX: usize = 9;

/// How many workers are paused at a time: enough for one to wait for another while a third is in the way; each keeps a connection.
const PAUSED_MAX: usize = 3;

/// How many deliveries a job carries at most.
const BATCH_MAX: usize = 4;

/// The subscriptions of a history: what provides prices, and what waits for them.
pub(crate) const SUBSCRIPTIONS: [Subscription; 2] = [Subscription::AccountingTaskCreate, Subscription::AccountingTaskAssign];

/// How workers end their attempts, and relays those that have expired.
const ENDINGS: [Ending; 5] = [
    Ending { outcome: AttemptOutcome::Failed, retry: Some(When::Now) },
    Ending { outcome: AttemptOutcome::Failed, retry: Some(When::Later) },
    Ending { outcome: AttemptOutcome::Failed, retry: None },
    Ending { outcome: AttemptOutcome::Outage, retry: Some(When::Later) },
    Ending { outcome: AttemptOutcome::Undone, retry: Some(When::Now) },
];
const DEATHS: [Ending; 3] = [
    Ending { outcome: AttemptOutcome::Died, retry: Some(When::Now) },
    Ending { outcome: AttemptOutcome::Died, retry: Some(When::Later) },
    Ending { outcome: AttemptOutcome::Died, retry: None },
];

/// A step that is possible now. The weights are found by counting what the histories come across.
pub(crate) fn step(model: &Model) -> BoxedStrategy<Step> {
    // Always there, so that something always is.
    let claim = Just(Step::Claim { subscriptions: SUBSCRIPTIONS.to_vec() }).boxed();
    let mut choices = Choices { model, weighted: vec![(1, claim)] };
    choices.publish();
    choices.hand_out();
    choices.attempt();
    choices.end();
    choices.let_time_pass();
    choices.decide();
    choices.block();
    Union::new_weighted(choices.weighted).boxed()
}

struct Choices<'a> {
    model: &'a Model,
    weighted: Vec<(u32, BoxedStrategy<Step>)>,
}

impl Choices<'_> {
    /// One of these steps, if one of them is possible.
    fn one_of(&mut self, weight: u32, steps: impl IntoIterator<Item = Step>) {
        let possible: Vec<Step> = steps.into_iter().filter(|step| self.model.allows(step)).collect();
        if !possible.is_empty() {
            self.weighted.push((weight, select(possible).boxed()));
        }
    }

    /// Some of these dispatches, if the step is possible for all of them.
    fn some_of(&mut self, weight: u32, dispatches: &[DispatchNo], step: impl Fn(Vec<DispatchNo>) -> Step + 'static) {
        if !dispatches.is_empty() && self.model.allows(&step(dispatches.to_vec())) {
            let sizes = 1..=dispatches.len().min(BATCH_MAX);
            self.weighted.push((weight, subsequence(dispatches.to_vec(), sizes).prop_map(step).boxed()));
        }
    }

    fn publish(&mut self) {
        let events = &self.model.events;
        let next = self.model.next_event();
        if events.len() + 2 <= EVENTS_MAX {
            self.one_of(if events.is_empty() { 100 } else { 10 }, [Step::CreateTask { create: next, assign: next + 1 }]);
        }
        if events.len() < EVENTS_MAX {
            self.one_of(10, events.keys().map(|create| Step::Reassign { create: *create, assign: next }));
        }
        self.one_of(4, events.keys().map(|event| Step::Poison { event: *event, poisoned: true }));
        self.one_of(3, events.keys().map(|event| Step::Poison { event: *event, poisoned: false }));
    }

    fn hand_out(&mut self) {
        let model = self.model;
        let due = |subscription: &Subscription| {
            let mut due = model.deliveries().filter(|(_, delivery)| delivery.due && !delivery.attempt_open);
            due.any(|(event, _)| model.subscription(event) == *subscription)
        };
        let due: Vec<Subscription> = SUBSCRIPTIONS.into_iter().filter(due).collect();
        let each = due.iter().map(|subscription| Step::Claim { subscriptions: vec![*subscription] });
        self.one_of(25, each.chain([Step::Claim { subscriptions: due.clone() }]));

        let worker = model.next_worker();
        for subscription in SUBSCRIPTIONS {
            let of_it = |dispatch: &&DispatchNo| model.subscription(dispatch.event) == subscription;
            let pushed: Vec<DispatchNo> = model.wire.iter().filter(of_it).copied().collect();
            let fresh = model.may_begin(&pushed);
            let alone = |dispatch: &DispatchNo| Step::Begin { worker, dispatches: vec![*dispatch] };
            self.one_of(3, fresh.iter().map(alone));
            self.one_of(20, fresh.iter().filter(|dispatch| model.is_impatient(**dispatch)).map(alone));
            self.some_of(20, &fresh, move |dispatches| Step::Begin { worker, dispatches });
            self.some_of(1, &pushed, move |dispatches| Step::Begin { worker, dispatches });
            self.some_of(1, &pushed, |dispatches| Step::TakeBack { dispatches, retry: When::Later });
            self.some_of(1, &fresh, |dispatches| Step::TakeBack { dispatches, retry: When::Now });
        }
    }

    fn attempt(&mut self) {
        let model = self.model;
        let workers = || model.workers.keys().copied();
        let (open, superseded): (Vec<_>, Vec<_>) = workers().partition(|worker| model.has_open_attempts(*worker));

        let run = |course| move |worker: &WorkerNo| Step::Run { worker: *worker, course };
        self.one_of(10, open.iter().map(run(Course::Through)));
        self.one_of(25, open.iter().filter(|worker| model.is_superseded_in_part(**worker)).map(run(Course::Through)));
        let is_impatient = |worker: &&WorkerNo| model.workers[worker].attempts.iter().any(|attempt| model.is_impatient(*attempt));
        self.one_of(25, open.iter().filter(is_impatient).map(run(Course::Through)));
        self.one_of(2, superseded.iter().map(run(Course::Through)));
        let zombies = workers().filter(|worker| model.is_zombie(*worker));
        self.one_of(30, zombies.flat_map(|worker| [run(Course::Through)(&worker), Step::Resume { worker }]));
        self.one_of(5, Phase::ALL.iter().flat_map(|phase| open.iter().map(run(Course::Fails(*phase)))));
        if model.workers.values().filter(|worker| worker.paused.is_some()).count() < PAUSED_MAX {
            self.one_of(25, Phase::ALL.iter().flat_map(|phase| open.iter().map(run(Course::Pauses(*phase)))));
        }
        self.one_of(8, workers().map(|worker| Step::Resume { worker }));
        self.one_of(6, workers().flat_map(|worker| [Step::LoseConnection { worker }, Step::Crash { worker }]));
    }

    fn end(&mut self) {
        let model = self.model;
        let expired = model.deliveries().any(|(_, delivery)| delivery.attempt_open && delivery.due);
        self.one_of(if expired { 20 } else { 1 }, [Step::FindExpired { relay: model.next_worker() }]);

        let workers = || model.workers.keys().copied();
        let ends = |worker| ends(model, worker);
        let (relays, others): (Vec<_>, Vec<_>) = workers().partition(|worker| model.workers[worker].is_relay);
        let open = |worker: &WorkerNo| model.has_open_attempts(*worker);
        self.one_of(20, relays.into_iter().filter(open).flat_map(ends));
        self.one_of(8, others.into_iter().filter(open).flat_map(ends));
        self.one_of(20, workers().filter(|worker| model.is_superseded_in_part(*worker)).flat_map(ends));
        self.one_of(1, workers().filter(|worker| !open(worker)).flat_map(ends));
        // Somebody waits for what these provide.
        let is_awaited =
            |worker: &WorkerNo| model.workers[worker].attempts.iter().any(|attempt| !model.parked_for(attempt.event).is_empty());
        self.one_of(15, workers().filter(is_awaited).filter(open).flat_map(ends).filter(Step::gives_up));
    }

    fn let_time_pass(&mut self) {
        let model = self.model;
        let pass = |event| Step::TimePasses { events: vec![event] };
        self.one_of(10, model.deliveries().filter(|(_, delivery)| delivery.attempt_open).map(|(event, _)| pass(event)));
        self.one_of(8, model.deliveries().filter(|(_, delivery)| !delivery.attempt_open).map(|(event, _)| pass(event)));
        self.one_of(20, model.deliveries().filter(|(_, delivery)| delivery.patience_is_over).map(|(event, _)| pass(event)));
        self.one_of(15, model.deliveries().map(|(event, _)| Step::PatienceEnds { event }));
        if model.deliveries().any(|(_, delivery)| delivery.status == DeliveryStatus::Done) {
            self.one_of(3, [Step::RemoveDone]);
        }
    }

    fn decide(&mut self) {
        let model = self.model;
        let all = || model.events.keys().copied();
        let dead = model.dead_letters();
        self.one_of(1, all().map(|event| Step::Retry { event }));
        self.one_of(1, all().map(|event| Step::Discard { event }));
        self.one_of(8, dead.iter().map(|event| Step::Retry { event: *event }));
        self.one_of(20, all().filter(|event| !model.dead_for(*event).is_empty()).map(|event| Step::Retry { event }));
        self.one_of(4, dead.iter().map(|event| Step::Discard { event: *event }));
        if !dead.is_empty() {
            self.one_of(4, [Step::RetryAll]);
        }
    }

    /// Whatever would have to wait for a paused worker.
    fn block(&mut self) {
        let model = self.model;
        let workers = || model.workers.keys().copied();
        self.blocked(80, workers().map(|worker| Step::Resume { worker }));
        self.blocked(40, workers().flat_map(|worker| ends(model, worker)));
        let worker = model.next_worker();
        let fresh = model.may_begin(&model.wire).into_iter().map(|dispatch| vec![dispatch]);
        self.blocked(
            30,
            fresh.flat_map(|dispatches| {
                [Step::Begin { worker, dispatches: dispatches.clone() }, Step::TakeBack { dispatches, retry: When::Now }]
            }),
        );
        self.blocked(6, model.events.keys().flat_map(|event| [Step::Retry { event: *event }, Step::Discard { event: *event }]));
    }

    fn blocked(&mut self, weight: u32, steps: impl Iterator<Item = Step>) {
        let model = self.model;
        let blocked = |step: Step| {
            let by = move |by| [true, false].map(|resumes| Step::Blocked { by, resumes, step: Box::new(step.clone()) });
            model.in_transaction().flat_map(by)
        };
        self.one_of(weight, steps.flat_map(blocked));
    }
}

fn ends(model: &Model, worker: WorkerNo) -> impl Iterator<Item = Step> {
    let endings: &[Ending] = if model.workers[&worker].is_relay { &DEATHS } else { &ENDINGS };
    endings.iter().map(move |ending| Step::End { worker, ending: *ending })
}
