//! One history on the real bus.

use std::{collections::BTreeMap, sync::PoisonError, time::Duration};

use contracts::{
    DeliveryId, Fact, Subscription, TaskAssign, TaskCreate, TaskId, UserId,
    queues::{DeliveryFilter, DiscardReason, Queues as _},
};
use platform::bus::{Attempt, AttemptKey, Dispatch, Ended, Lease, Wanted};
use uuid::Uuid;

use super::{
    choice::SUBSCRIPTIONS,
    invariants,
    model::Model,
    names::Names,
    reaction::Poisoned,
    step::{Answer, DispatchNo, Ending, EventNo, Step, When, WorkerNo},
    worker::{Paused, Worker},
    world::{PERSON, World},
};

/// More than is ever due.
const LIMIT: i64 = 100;

/// Any delay: it ends when the history says so.
const LATER: Duration = Duration::from_hours(1);

/// A step that takes longer waits for something that never comes. Longer than any limit of the database, so that it has its say.
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) struct Case {
    pub(crate) world: &'static World,
    pub(crate) names: Names,
    poisoned: Poisoned,
    workers: BTreeMap<WorkerNo, Worker>,
}

impl Case {
    pub(crate) async fn begin(world: &'static World) -> Self {
        world.clear().await;
        Self { world, names: Names::default(), poisoned: Poisoned::default(), workers: BTreeMap::new() }
    }

    /// Takes a step, and finds that the bus answers what the model does and is what the model is afterwards.
    pub(crate) async fn take_and_check(&mut self, step: &Step, model: &Model) {
        let answer = self.take(step).await;
        assert_eq!(answer, model.answer, "the bus (left) and the model answer differently to {step:?}");
        invariants::check(self, model).await;
    }

    async fn take(&mut self, step: &Step) -> Answer {
        let taken = async {
            let answer = match step {
                Step::Blocked { by, resumes, step } => self.take_blocked(*by, *resumes, step).await,
                _ => self.take_one(step).await,
            };
            if answer.leaves_something_to_roll_back() {
                let paused = self.workers.values().filter_map(|worker| worker.paused.as_ref());
                self.world.is_at_rest(&paused.map(Paused::session_name).collect::<Vec<_>>()).await;
            }
            answer
        };
        tokio::time::timeout(PATIENCE, taken).await.unwrap_or_else(|_| panic!("{step:?} does not end"))
    }

    /// Takes a step that has to wait for a paused worker.
    async fn take_blocked(&mut self, by: WorkerNo, resumes: bool, step: &Step) -> Answer {
        let world = self.world;
        let paused = self.end_pause(by);
        let mut waiting = Box::pin(self.take_one(step));
        tokio::select! {
            answer = &mut waiting => panic!("nobody waited for a lock of worker {by}, and the answer was {answer:?}"),
            () = world.somebody_waits() => {}
        }
        let end = async { if resumes { paused.resume(world).await } else { paused.crash(world).await } };
        let answers = tokio::join!(end, waiting);
        Answer::Both(Box::new(answers))
    }

    async fn take_one(&mut self, step: &Step) -> Answer {
        match step {
            Step::CreateTask { create, assign } => self.publish(&[(*create, created(*create)), (*assign, assigned(*create))]).await,
            Step::Reassign { create, assign } => self.publish(&[(*assign, assigned(*create))]).await,
            Step::Poison { event, poisoned } => self.poison(*event, *poisoned),
            Step::Claim { subscriptions } => self.claim(subscriptions).await,
            Step::TakeBack { dispatches, retry } => self.take_back(dispatches, *retry).await,
            Step::Begin { worker, dispatches } => self.begin_attempts(*worker, dispatches).await,
            Step::Run { worker, course } => {
                self.workers.get_mut(worker).expect("it has begun").run(self.world, &self.poisoned, *course).await
            }
            Step::Resume { worker } => self.end_pause(*worker).resume(self.world).await,
            Step::LoseConnection { worker } => self.end_pause(*worker).lose_connection(self.world).await,
            Step::Crash { worker } => self.end_pause(*worker).crash(self.world).await,
            Step::FindExpired { relay } => self.find_expired(*relay).await,
            Step::End { worker, ending } => self.end_attempts(*worker, *ending).await,
            Step::TimePasses { events } => {
                self.move_times("UPDATE bus.delivery SET due_at = now() WHERE event_id = ANY ($1)", events).await
            }
            Step::PatienceEnds { event } => {
                let statement = "UPDATE bus.delivery SET awaits_since = now() - interval '25 hours' WHERE event_id = ANY ($1)";
                self.move_times(statement, &[*event]).await
            }
            Step::Retry { event } => {
                let delivery_id = DeliveryId(self.names.delivery_id(*event));
                Answer::Decided(self.world.queues.retry(PERSON, delivery_id).await)
            }
            Step::RetryAll => {
                let all = DeliveryFilter::default();
                Answer::Count(self.world.queues.retry_all(PERSON, &all).await.expect("a person may"))
            }
            Step::Discard { event } => {
                let delivery_id = DeliveryId(self.names.delivery_id(*event));
                let reason = DiscardReason::parse("Paid by hand").expect("a reason");
                Answer::Decided(self.world.queues.discard(PERSON, delivery_id, &reason).await)
            }
            Step::RemoveDone => Answer::Count(self.world.deliveries.remove_done(Duration::ZERO, LIMIT).await.expect("what is done goes")),
            Step::Blocked { .. } => unreachable!("only one waits at a time"),
        }
    }

    async fn publish(&mut self, facts: &[(EventNo, Fact)]) -> Answer {
        let World { tracker, clock, outbox, .. } = self.world;
        let mut transaction = tracker.begin().await.expect("a transaction of the tracker");
        let occurred = clock.moment(&mut *transaction).await.expect("the time");
        let events: Vec<_> = facts.iter().map(|(_, fact)| outbox.event(occurred, fact.clone())).collect();
        let recorded = outbox.record(&mut transaction, &events).await.expect("events can be recorded");
        transaction.commit().await.expect("the tracker's commit");
        outbox.committed(recorded);
        let mut observer = self.world.observer().await;
        for ((no, _), event) in facts.iter().zip(events) {
            self.names.add(&mut observer, *no, event.event_id).await;
        }
        Answer::Nothing
    }

    fn poison(&self, event: EventNo, poisoned: bool) -> Answer {
        let event_id = self.names.event_id(event);
        let mut events = self.poisoned.lock().unwrap_or_else(PoisonError::into_inner);
        if poisoned {
            events.insert(event_id)
        } else {
            events.remove(&event_id)
        };
        Answer::Nothing
    }

    async fn claim(&self, subscriptions: &[Subscription]) -> Answer {
        let wanted: Vec<Wanted> = subscriptions
            .iter()
            .map(|subscription| Wanted { subscription: *subscription, with_alone: true, limit: LIMIT, lease: Lease::SHORT })
            .collect();
        let claimed = self.world.deliveries.claim(&wanted).await.expect("what is due can be claimed");
        let number = |dispatch: &Dispatch| {
            let no = DispatchNo { event: self.names.delivery(dispatch.delivery_id), no: dispatch.dispatch_no };
            assert_eq!(dispatch.subscription, self.names.subscription(no.event), "it is of another subscription: {no:?}");
            (no, dispatch.alone)
        };
        let mut dispatched: Vec<_> = claimed.iter().map(number).collect();
        dispatched.sort_unstable();
        Answer::Dispatched(dispatched)
    }

    async fn take_back(&self, dispatches: &[DispatchNo], retry: When) -> Answer {
        let dispatch = |no: &DispatchNo| Dispatch {
            delivery_id: self.names.delivery_id(no.event),
            dispatch_no: no.no,
            subscription: self.names.subscription(no.event),
            alone: false,
        };
        let dispatches: Vec<Dispatch> = dispatches.iter().map(dispatch).collect();
        self.world.deliveries.take_back(&dispatches, after(retry)).await.expect("dispatches can be taken back");
        Answer::Nothing
    }

    async fn begin_attempts(&mut self, worker: WorkerNo, dispatches: &[DispatchNo]) -> Answer {
        let subscription = self.names.subscription(dispatches[0].event);
        let numbers: Vec<(i64, i32)> = dispatches.iter().map(|no| (self.names.delivery_id(no.event), no.no)).collect();
        let begun = self.world.deliveries.begin(&numbers, Lease::SHORT).await.expect("attempts can begin");
        assert!(begun.unreadable.is_empty(), "unreadable: {:?}", begun.unreadable);
        let answer = self.attempts(begun.attempts.iter().map(|Attempt { key, failures, .. }| (*key, *failures)));
        self.workers.insert(worker, Worker::new(worker, subscription, begun.attempts));
        answer
    }

    async fn find_expired(&mut self, relay: WorkerNo) -> Answer {
        let expired = self.world.deliveries.expired(&SUBSCRIPTIONS, LIMIT).await.expect("the expired attempts");
        self.workers.insert(relay, Worker::relay(relay, expired.iter().map(|expired| expired.key).collect()));
        self.attempts(expired.iter().map(|expired| (expired.key, expired.failures)))
    }

    fn attempts(&self, attempts: impl Iterator<Item = (AttemptKey, i32)>) -> Answer {
        let mut attempts: Vec<_> = attempts.map(|(key, failures)| (self.names.attempt(key), failures)).collect();
        attempts.sort_unstable();
        Answer::Attempts(attempts)
    }

    async fn end_attempts(&self, worker: WorkerNo, Ending { outcome, retry }: Ending) -> Answer {
        let ended = |key: &AttemptKey| Ended { key: *key, outcome, error: format!("it {outcome:?}"), retry_after: retry.map(after) };
        let ended: Vec<Ended> = self.workers[&worker].keys.iter().map(ended).collect();
        let stored = self.world.deliveries.end(&ended).await.expect("outcomes can be stored");
        let mut stored: Vec<DispatchNo> = stored.into_iter().map(|key| self.names.attempt(key)).collect();
        stored.sort_unstable();
        Answer::Ended(stored)
    }

    async fn move_times(&self, statement: &'static str, events: &[EventNo]) -> Answer {
        let event_ids: Vec<Uuid> = events.iter().map(|event| self.names.event_id(*event).0).collect();
        sqlx::query(statement).bind(event_ids).execute(&mut **self.world.observer().await).await.expect(statement);
        Answer::Nothing
    }

    fn end_pause(&mut self, worker: WorkerNo) -> Paused {
        self.workers.get_mut(&worker).and_then(|worker| worker.paused.take()).expect("the worker is paused")
    }
}

fn after(when: When) -> Duration {
    match when {
        When::Now => Duration::ZERO,
        When::Later => LATER,
    }
}

fn created(create: EventNo) -> Fact {
    Fact::TaskCreate(TaskCreate { task_id: task(create), title: "Peel a nut".to_owned(), creator_user_id: UserId(Uuid::nil()) })
}

fn assigned(create: EventNo) -> Fact {
    Fact::TaskAssign(TaskAssign { task_id: task(create), assignee_user_id: UserId(Uuid::nil()), run_id: None })
}

fn task(create: EventNo) -> TaskId {
    TaskId(create.into())
}
