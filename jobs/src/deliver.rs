//! A worker's part: one delivery, from the begun attempt to its outcome.

use std::{collections::HashMap, sync::Arc, time::Duration};

use contracts::Subscription;
use platform::{
    bus::{AnyReaction, Attempt, Begun, Deliveries, Outcome, Remedy, Wake},
    randomness::Randomness,
    request_id,
};
use rand::RngExt as _;
use tracing::Instrument as _;

/// How long an attempt may take. Well below the lease: an attempt that is given up has ended before another may begin.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// How many attempts may fail before the delivery is a dead letter. With the delays below the last comes after about an hour.
const FAILURES_MAX: i32 = 12;

/// The longest delay before the second attempt; it doubles with each failure.
const RETRY_DELAY_FIRST: Duration = Duration::from_secs(1);

/// The longest delay between two attempts.
const RETRY_DELAY_MAX: Duration = Duration::from_mins(15);

/// The delay after an outage, which counts as no failure.
const OUTAGE_DELAY: Duration = Duration::from_secs(2);

pub(crate) struct Deliverer {
    deliveries: Deliveries,
    reactions: HashMap<Subscription, Arc<dyn AnyReaction>>,
    wake: Wake,
    randomness: Randomness,
}

impl Deliverer {
    pub(crate) fn new(deliveries: Deliveries, reactions: Vec<Arc<dyn AnyReaction>>, wake: Wake, randomness: Randomness) -> Self {
        let reactions = reactions.into_iter().map(|reaction| (reaction.subscription(), reaction)).collect();
        Self { deliveries, reactions, wake, randomness }
    }

    /// A name that no other worker has or had.
    pub(crate) fn unique_name(&self) -> String {
        format!("{:032x}", u128::from_ne_bytes(self.randomness.bytes()))
    }

    /// The subscriptions that have a reaction.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = Subscription> {
        self.reactions.keys().copied()
    }

    /// Makes an attempt at a delivery and stores its outcome. There is nothing to report to the queue: whatever happens, the
    /// record knows, and what could not be recorded comes again when its lease has run out.
    pub(crate) async fn deliver(&self, subscription: Subscription, delivery_id: i64, dispatch_no: i32) {
        let Some(reaction) = self.reactions.get(&subscription) else { return };
        let attempt = match self.deliveries.begin(delivery_id, dispatch_no, FAILURES_MAX).await {
            Ok(Begun::Attempt(attempt)) => attempt,
            Ok(Begun::Superseded) => return,
            Ok(Begun::Exhausted) => {
                tracing::error!(delivery_id, subscription = subscription.name(), "dead letter: its attempts killed their processes");
                return;
            }
            Err(error) => {
                tracing::warn!(delivery_id, %error, "an attempt cannot begin");
                return;
            }
        };
        let span = tracing::info_span!(
            "delivery",
            delivery_id,
            attempt_no = attempt.attempt_no,
            subscription = subscription.name(),
            event_id = %attempt.event.event_id,
            request_id = attempt.request_id.as_deref()
        );
        self.attempt(reaction.clone(), attempt).instrument(span).await;
    }

    async fn attempt(&self, reaction: Arc<dyn AnyReaction>, attempt: Attempt) {
        // A task of its own: a panic in a reaction is an outcome like any other.
        let tried = attempt.clone();
        let work = async move { reaction.attempt(&tried).await };
        let task = tokio::spawn(request_id::on_behalf_of(attempt.request_id.clone(), work).in_current_span());
        let abort = task.abort_handle();
        let stored = match tokio::time::timeout(ATTEMPT_TIMEOUT, task).await {
            Ok(Ok(Ok(outcome))) => {
                tracing::debug!(?outcome, "attempt ended");
                // What the reaction published, or released, is due now.
                if outcome != Outcome::Superseded {
                    self.wake.call();
                }
                return;
            }
            Ok(Ok(Err(error))) => self.store_failure(&attempt, &error.to_string(), error.remedy()).await,
            Ok(Err(panic)) => self.store_failure(&attempt, &format!("the reaction panicked: {panic}"), Remedy::Retry).await,
            Err(_) => {
                abort.abort();
                self.store_failure(&attempt, &format!("the attempt took longer than {ATTEMPT_TIMEOUT:?}"), Remedy::Retry).await
            }
        };
        if let Err(error) = stored {
            tracing::warn!(%error, "the outcome cannot be stored; the delivery comes again when its lease has run out");
        }
    }

    async fn store_failure(&self, attempt: &Attempt, error: &str, remedy: Remedy) -> sqlx::Result<()> {
        let retry_after = match remedy {
            Remedy::RetryAfterOutage => {
                tracing::warn!(error, "attempt ended in an outage");
                return self.deliveries.give_back(attempt, error, OUTAGE_DELAY).await.map(drop);
            }
            Remedy::Retry if attempt.failures + 1 < FAILURES_MAX => Some(self.retry_delay(attempt.failures)),
            Remedy::Retry | Remedy::GiveUp => None,
        };
        if self.deliveries.fail(attempt, error, retry_after).await? {
            if let Some(retry_after) = retry_after {
                tracing::warn!(error, ?retry_after, "attempt failed");
            } else {
                tracing::error!(error, "dead letter");
            }
        }
        Ok(())
    }

    /// Exponential back-off with full jitter: anything between nothing and the longest delay, so that what failed together does
    /// not come back together.
    fn retry_delay(&self, failures: i32) -> Duration {
        let doublings = u32::try_from(failures).unwrap_or(0).min(20);
        let longest = RETRY_DELAY_FIRST.saturating_mul(1 << doublings).min(RETRY_DELAY_MAX);
        longest.mul_f64(self.randomness.with(|generator| generator.random_range(0.0..=1.0)))
    }
}
