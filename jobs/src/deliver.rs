//! A worker's part: the deliveries of one job, from the begun attempts to their outcome.

use std::{collections::HashMap, sync::Arc, time::Duration};

use contracts::{Subscription, queues::AttemptOutcome};
use platform::{
    bus::{AnyReaction, Attempt, AttemptKey, Deliveries, Ended, Outcome, ReactionError, Remedy, Unreadable, Wake},
    database::{answered, is_outage},
    randomness::Randomness,
    request_id,
};
use tokio::task::JoinError;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

use crate::limits::{OUTAGE_DELAY, STORE_PAUSE, STORE_REFUSALS_MAX, limits};

pub(crate) struct Deliverer {
    deliveries: Deliveries,
    reactions: HashMap<Subscription, Arc<dyn AnyReaction>>,
    wake: Wake,
    randomness: Randomness,
    shutdown: CancellationToken,
    under_way: TaskTracker,
}

/// Why attempts had no effect.
enum Failure {
    Reaction(ReactionError),
    /// With the message of the panic.
    Panic(String),
    Timeout,
}

impl Deliverer {
    /// Once `shutdown` is cancelled, outcomes are not stored at any price any more.
    pub(crate) fn new(
        deliveries: Deliveries,
        reactions: Vec<Arc<dyn AnyReaction>>,
        wake: Wake,
        randomness: Randomness,
        shutdown: CancellationToken,
    ) -> Self {
        let reactions = reactions.into_iter().map(|reaction| (reaction.subscription(), reaction)).collect();
        Self { deliveries, reactions, wake, randomness, shutdown, under_way: TaskTracker::new() }
    }

    /// The deliveries that are being worked on.
    pub(crate) const fn under_way(&self) -> &TaskTracker {
        &self.under_way
    }

    /// A name that no other worker has or had.
    pub(crate) fn unique_name(&self) -> String {
        format!("{:032x}", u128::from_ne_bytes(self.randomness.bytes()))
    }

    /// The subscriptions that have a reaction.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = Subscription> {
        self.reactions.keys().copied()
    }

    /// Makes attempts at the deliveries of a job and stores their outcome. There is nothing to report to the queue: whatever
    /// happens, the record knows, and what could not be recorded comes again when its lease has run out.
    pub(crate) async fn deliver(&self, subscription: Subscription, dispatches: &[(i64, i32)]) {
        let Some(reaction) = self.reactions.get(&subscription) else { return };
        let begun = match answered(self.deliveries.begin(dispatches, limits(subscription).lease)).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::warn!(subscription = subscription.name(), %error, "attempts cannot begin");
                if is_outage(&error) {
                    // Perhaps they have begun, and only the answer was lost.
                    self.store(subscription, dispatches.iter().map(|dispatch| lost(*dispatch, &error)).collect()).await;
                }
                return;
            }
        };
        if !begun.unreadable.is_empty() {
            self.store(subscription, begun.unreadable.into_iter().map(give_up_unreadable).collect()).await;
        }
        let Some(first) = begun.attempts.first() else { return };
        let span = tracing::info_span!(
            "deliver",
            subscription = subscription.name(),
            deliveries = begun.attempts.len(),
            delivery_id = first.key.delivery_id,
            attempt_no = first.key.attempt_no,
            event_id = %first.event.event_id,
            request_id = first.event.request_id.as_deref()
        );
        self.attempt(reaction.clone(), begun.attempts).instrument(span).await;
    }

    async fn attempt(&self, reaction: Arc<dyn AnyReaction>, attempts: Vec<Attempt>) {
        let subscription = reaction.subscription();
        match run(reaction, attempts.clone()).await {
            Ok(Outcome { applied, parked, dead, superseded }) => {
                tracing::debug!(applied, parked, superseded, "attempts ended");
                if dead > 0 {
                    tracing::error!(dead, "dead letters: what they wait for will not come");
                }
                // What the reaction published, or released, is due now.
                if applied + parked > 0 {
                    self.wake.call();
                }
            }
            Err(failure) => {
                let ended = attempts.iter().map(|attempt| self.ended(subscription, attempt, &failure, attempts.len() > 1)).collect();
                self.store(subscription, ended).await;
            }
        }
    }

    /// What becomes of an attempt that failed, perhaps as one of a batch.
    fn ended(&self, subscription: Subscription, attempt: &Attempt, failure: &Failure, in_batch: bool) -> Ended {
        let error = match failure {
            Failure::Reaction(error) => error.to_string(),
            Failure::Panic(panic) => format!("the reaction panicked: {panic}"),
            Failure::Timeout => format!("the attempt took longer than {} s", limits(subscription).attempt_timeout.as_secs()),
        };
        let remedy = match failure {
            Failure::Reaction(error) => error.remedy(),
            Failure::Panic(_) | Failure::Timeout => Remedy::Retry,
        };
        let (outcome, retry_after) = match remedy {
            Remedy::RetryAfterOutage => (AttemptOutcome::Outage, Some(OUTAGE_DELAY)),
            // Whose fault it was is found out by trying each alone; that is nobody's failure yet.
            Remedy::Retry | Remedy::GiveUp if in_batch => (AttemptOutcome::Undone, Some(Duration::ZERO)),
            Remedy::Retry => (AttemptOutcome::Failed, limits(subscription).retry.retry_after(attempt.failures, &self.randomness)),
            Remedy::GiveUp => (AttemptOutcome::Failed, None),
        };
        Ended { key: attempt.key, outcome, error, retry_after }
    }

    /// Stores how attempts without effect ended. While PostgreSQL is out of reach that is tried again and again: an outage is nobody's
    /// failure, and must not look like the death of this process.
    async fn store(&self, subscription: Subscription, ended: Vec<Ended>) {
        let mut refusals = 0;
        loop {
            let error = match answered(self.deliveries.end(&ended)).await {
                Ok(stored) => {
                    tell(subscription, &ended, &stored);
                    self.wake.call();
                    return;
                }
                Err(error) => error,
            };
            refusals += u32::from(!is_outage(&error));
            if refusals > STORE_REFUSALS_MAX || self.shutdown.is_cancelled() {
                tracing::warn!(%error, "outcomes cannot be stored; the deliveries come again when their lease has run out");
                return;
            }
            tracing::debug!(%error, "outcomes cannot be stored yet");
            tokio::select! {
                () = self.shutdown.cancelled() => {}
                () = tokio::time::sleep(STORE_PAUSE) => {}
            }
        }
    }
}

/// Makes the attempts, within the time they may take.
async fn run(reaction: Arc<dyn AnyReaction>, attempts: Vec<Attempt>) -> Result<Outcome, Failure> {
    let attempt_timeout = limits(reaction.subscription()).attempt_timeout;
    let request_id = attempts.first().and_then(|attempt| attempt.event.request_id.clone());
    // A task of its own: a panic in a reaction is an outcome like any other.
    let work = async move { reaction.attempt(&attempts).await };
    let task = tokio::spawn(request_id::on_behalf_of(request_id, work).in_current_span());
    let abort = task.abort_handle();
    match tokio::time::timeout(attempt_timeout, task).await {
        Ok(Ok(outcome)) => outcome.map_err(Failure::Reaction),
        Ok(Err(panic)) => Err(Failure::Panic(message_of(panic))),
        Err(_) => {
            abort.abort();
            Err(Failure::Timeout)
        }
    }
}

/// What a panic said.
fn message_of(panic: JoinError) -> String {
    let Ok(payload) = panic.try_into_panic() else { return "the task was cancelled".to_owned() };
    let message = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    message.unwrap_or("without a message").to_owned()
}

/// Ends an attempt that began, if it did, without anybody hearing of it.
fn lost((delivery_id, attempt_no): (i64, i32), error: &sqlx::Error) -> Ended {
    let key = AttemptKey { delivery_id, attempt_no };
    Ended { key, outcome: AttemptOutcome::Outage, error: error.to_string(), retry_after: Some(OUTAGE_DELAY) }
}

fn give_up_unreadable(unreadable: Unreadable) -> Ended {
    Ended { key: unreadable.key, outcome: AttemptOutcome::Failed, error: unreadable.error, retry_after: None }
}

/// Logs, once, how attempts without effect ended. What another attempt has taken over is that one's to tell.
pub(crate) fn tell(subscription: Subscription, ended: &[Ended], stored: &[AttemptKey]) {
    let subscription = subscription.name();
    for Ended { key, outcome, error, retry_after } in ended.iter().filter(|ended| stored.contains(&ended.key)) {
        let AttemptKey { delivery_id, attempt_no } = *key;
        match retry_after {
            None => tracing::error!(subscription, delivery_id, attempt_no, error, "dead letter"),
            Some(_) if *outcome == AttemptOutcome::Undone => {
                tracing::info!(subscription, delivery_id, attempt_no, error, "its batch was undone; it is tried alone");
            }
            Some(retry_after) => {
                tracing::warn!(
                    subscription,
                    delivery_id,
                    attempt_no,
                    outcome = outcome.name(),
                    error,
                    ?retry_after,
                    "attempt without effect"
                );
            }
        }
    }
}
