//! Nothing is stuck. After any history all paused workers crash, a person retries every dead letter, and relays and workers go on as
//! they always do: then every delivery comes to its end, and to the right one.

use std::mem;

use contracts::{
    Subscription,
    queues::{AttemptOutcome, DeliveryStatus},
};
use platform::bus::Remedy;

use super::{
    case::Case,
    choice::SUBSCRIPTIONS,
    model::Model,
    step::{Answer, Course, DispatchNo, Ending, Step, When, WorkerNo},
};

/// How often everything is handed out at most: to find out who spoils a batch, to park, to apply; and each once more for what a
/// poisoned one holds up.
const ROUNDS_MAX: usize = 12;

/// What is left to be done when a history is over.
pub(crate) struct Remainder {
    pub(crate) case: Case,
    pub(crate) model: Model,
}

impl Remainder {
    /// Takes a step. Answers what the bus did.
    async fn take(&mut self, step: &Step) -> Answer {
        self.model = mem::take(&mut self.model).after(step);
        self.case.take_and_check(step, &self.model).await;
        self.model.answer.clone()
    }

    /// Lets everything run to its end.
    pub(crate) async fn run_to_the_end(&mut self) {
        let paused: Vec<WorkerNo> =
            self.model.workers.iter().filter(|(_, worker)| worker.paused.is_some()).map(|(worker, _)| *worker).collect();
        for worker in paused {
            self.take(&Step::Crash { worker }).await;
        }
        self.take(&Step::RetryAll).await;
        self.make_rounds().await;
        self.check();
    }

    async fn make_rounds(&mut self) {
        for _ in 0..ROUNDS_MAX {
            if self.case.world.deliveries.unfinished(&Subscription::ALL).await.expect("how many are left") == 0 {
                return;
            }
            self.make_round().await;
        }
        panic!("it never ends: {:?}", self.model);
    }

    async fn make_round(&mut self) {
        let later = self.model.deliveries().filter(|(_, delivery)| !delivery.is_finished() && !delivery.due);
        let later = later.map(|(event, _)| event).collect();
        self.take(&Step::TimePasses { events: later }).await;
        let relay = self.model.next_worker();
        self.take(&Step::FindExpired { relay }).await;
        let died = Ending { outcome: AttemptOutcome::Died, retry: Some(When::Now) };
        self.take(&Step::End { worker: relay, ending: died }).await;
        let Answer::Dispatched(dispatched) = self.take(&Step::Claim { subscriptions: SUBSCRIPTIONS.to_vec() }).await else { return };
        for subscription in SUBSCRIPTIONS {
            for dispatches in self.jobs(subscription, &dispatched) {
                self.deliver(dispatches).await;
            }
        }
    }

    /// The jobs that a relay makes of what it claimed.
    fn jobs(&self, subscription: Subscription, dispatched: &[(DispatchNo, bool)]) -> Vec<Vec<DispatchNo>> {
        let of_it = dispatched.iter().filter(|(dispatch, _)| self.model.subscription(dispatch.event) == subscription);
        let (alone, together): (Vec<_>, Vec<_>) = of_it.partition(|(_, alone)| *alone);
        let mut jobs: Vec<Vec<DispatchNo>> = alone.iter().map(|(dispatch, _)| vec![*dispatch]).collect();
        jobs.push(together.iter().map(|(dispatch, _)| *dispatch).collect());
        jobs.retain(|job| !job.is_empty());
        jobs
    }

    /// What a worker does with a job.
    async fn deliver(&mut self, dispatches: Vec<DispatchNo>) {
        let in_batch = dispatches.len() > 1;
        let worker = self.model.next_worker();
        self.take(&Step::Begin { worker, dispatches }).await;
        let Answer::Attempted(Err(remedy)) = self.take(&Step::Run { worker, course: Course::Through }).await else { return };
        let ending = match remedy {
            Remedy::RetryAfterOutage => Ending { outcome: AttemptOutcome::Outage, retry: Some(When::Later) },
            Remedy::Retry | Remedy::GiveUp if in_batch => Ending { outcome: AttemptOutcome::Undone, retry: Some(When::Now) },
            Remedy::Retry => Ending { outcome: AttemptOutcome::Failed, retry: Some(When::Later) },
            Remedy::GiveUp => Ending { outcome: AttemptOutcome::Failed, retry: None },
        };
        self.take(&Step::End { worker, ending }).await;
    }

    /// What may have its effect has it; the rest is a dead letter.
    fn check(&self) {
        for (no, event) in &self.model.events {
            let Some(delivery) = &event.delivery else { continue };
            let has_price = event.create == *no || self.model.events[&event.create].is_applied;
            let expected = match delivery.status {
                DeliveryStatus::Discarded => DeliveryStatus::Discarded,
                _ if event.is_applied || (has_price && !event.poisoned) => DeliveryStatus::Done,
                _ => DeliveryStatus::Dead,
            };
            assert_eq!(delivery.status, expected, "event {no} when all is over: {event:?}");
        }
    }
}
