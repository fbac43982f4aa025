//! The relay: from the record to the wire. It claims deliveries that are due and pushes their numbers to Redis.

use std::{collections::HashMap, time::Duration};

use apalis_redis::ConnectionManager;
use contracts::{Subscription, queues::AttemptOutcome};
use platform::{
    bus::{Deliveries, Dispatch, Ended, Wake, Wanted},
    database::{answered, is_outage},
    randomness::Randomness,
};
use tokio::{
    sync::{OnceCell, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    deliver::tell,
    job,
    limits::{GRACE_AFTER_OUTAGE, OUTAGE_DELAY, limits},
    wire::{JobsInRedis, Wire, WireError},
};

/// How often the relay looks for due deliveries when nobody wakes it: events of other processes wait this long at most.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Below so many jobs that wait in Redis for a subscription's workers the relay hands out more: seldom and many deliveries at once,
/// because each claim has its price. The rest waits in PostgreSQL.
const WAITING_JOBS_MIN: usize = 20;

/// About how many jobs of a subscription may be in Redis with those whose time has not come: a relay whose clock is ahead pushes such.
/// apalis-redis unpacks a whole queue at each fetch and wedges at about 8,000.
const JOBS_MAX: usize = 1_000;

/// How many deliveries that failed before, each a job of its own, are handed out at a time, and none while so many jobs wait. Should
/// they all run into a time limit, the others do not wait for them for long.
const ALONE_MAX: usize = 16;

/// How many attempts whose lease ran out are ended at a time: a short transaction.
const EXPIRED_MAX: i64 = 500;

/// How often the relay looks for attempts whose lease ran out, and says that it is there.
const ROUND_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) struct Relay {
    id: Uuid,
    deliveries: Deliveries,
    subscriptions: Vec<Subscription>,
    wire: Wire,
    connection: OnceCell<ConnectionManager>,
    wake: Wake,
    randomness: Randomness,
    /// What Redis answered last, while it fails.
    redis_error: watch::Sender<Option<String>>,
}

/// Why nothing can be handed out.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("PostgreSQL failed: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl RelayError {
    fn into_redis_error(self) -> Option<String> {
        match self {
            Self::Database(_) => None,
            Self::Wire(error) => Some(error.to_string()),
        }
    }
}

impl Relay {
    pub(crate) fn new(deliveries: Deliveries, subscriptions: Vec<Subscription>, wire: Wire, wake: Wake, randomness: Randomness) -> Self {
        let id = uuid::Builder::from_random_bytes(randomness.bytes()).into_uuid();
        Self { id, deliveries, subscriptions, wire, connection: OnceCell::new(), wake, randomness, redis_error: watch::Sender::default() }
    }

    /// Works until `shutdown` is cancelled.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        // Apart, so that a Redis that answers slowly holds up nothing but the handing out.
        tokio::join!(self.hand_out_again_and_again(&shutdown), self.make_rounds(&shutdown));
        if let Err(error) = self.deliveries.forget_relay(self.id).await {
            tracing::debug!(%error, "the relay cannot sign off");
        }
    }

    async fn hand_out_again_and_again(&self, shutdown: &CancellationToken) {
        // An outage is said once when it begins, not with every try.
        let mut failing = false;
        while !shutdown.is_cancelled() {
            let failure = self.hand_out().await.err();
            match &failure {
                Some(error) if !failing => tracing::warn!(%error, "deliveries cannot be handed out"),
                None if failing => tracing::info!("deliveries are handed out again"),
                _ => {}
            }
            failing = failure.is_some();
            self.redis_error.send_replace(failure.and_then(RelayError::into_redis_error));
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(if failing { OUTAGE_DELAY } else { POLL_INTERVAL }) => {}
                () = self.wake.called(), if !failing => {}
            }
        }
    }

    async fn make_rounds(&self, shutdown: &CancellationToken) {
        let mut failed_at = None;
        while !shutdown.is_cancelled() {
            if let Err(error) = self.make_round(failed_at).await {
                tracing::warn!(%error, "attempts whose lease ran out cannot be ended");
                failed_at = Some(Instant::now());
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(ROUND_INTERVAL) => {}
            }
        }
    }

    /// Hands out what is due, until nothing is or Redis holds enough.
    async fn hand_out(&self) -> Result<(), RelayError> {
        // Once connected, the connection reconnects by itself.
        let mut connection = self.connection.get_or_try_init(|| self.wire.connect()).await?.clone();
        loop {
            let jobs = Wire::jobs(&mut connection, &self.subscriptions).await?;
            let wanted: Vec<Wanted> = jobs
                .into_iter()
                .filter(|(_, jobs)| has_room_beside(*jobs))
                .map(|(subscription, jobs)| {
                    let limits = limits(subscription);
                    Wanted { subscription, with_alone: jobs.waiting < ALONE_MAX, limit: limits.claim_max, lease: limits.lease }
                })
                .collect();
            if wanted.is_empty() {
                return Ok(());
            }
            let mut claimed = by_subscription(answered(self.deliveries.claim(&wanted)).await?);
            let is_full = |(subscription, claimed): (&Subscription, &Vec<Dispatch>)| {
                i64::try_from(claimed.len()).is_ok_and(|count| count >= limits(*subscription).claim_max)
            };
            let is_more_due = claimed.iter().any(is_full);
            let put_off: Vec<Dispatch> = claimed.values_mut().flat_map(beyond_alone_max).collect();
            if !put_off.is_empty() {
                // What was due before them goes first.
                answered(self.deliveries.take_back(&put_off, Duration::ZERO)).await?;
            }
            self.push_all(&connection, claimed).await?;
            if !is_more_due {
                return Ok(());
            }
        }
    }

    /// Pushes what was claimed; takes back what cannot be pushed.
    async fn push_all(&self, connection: &ConnectionManager, claimed: HashMap<Subscription, Vec<Dispatch>>) -> Result<(), RelayError> {
        let jobs = claimed.into_iter().flat_map(|(subscription, dispatches)| {
            job::group(&dispatches, limits(subscription).batch_max).into_iter().map(move |dispatches| (subscription, dispatches))
        });
        let mut jobs = jobs.collect::<Vec<_>>().into_iter();
        while let Some((subscription, dispatches)) = jobs.next() {
            if let Err(error) = Wire::push(connection, subscription, &dispatches).await {
                let rest: Vec<Dispatch> = dispatches.into_iter().chain(jobs.flat_map(|(_, dispatches)| dispatches)).collect();
                answered(self.deliveries.take_back(&rest, OUTAGE_DELAY)).await?;
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Says that this relay is there and how Redis is, and ends attempts whose lease ran out.
    async fn make_round(&self, last_failed_at: Option<Instant>) -> sqlx::Result<()> {
        let redis_error = self.redis_error.borrow().clone();
        answered(self.deliveries.report_relay(self.id, redis_error.as_deref())).await?;

        if last_failed_at.is_some_and(|failed_at| failed_at.elapsed() < GRACE_AFTER_OUTAGE) {
            return Ok(());
        }
        let expired = answered(self.deliveries.expired(&self.subscriptions, EXPIRED_MAX)).await?;
        let mut by_subscription: HashMap<Subscription, Vec<Ended>> = HashMap::new();
        for attempt in expired {
            by_subscription.entry(attempt.subscription).or_default().push(Ended {
                key: attempt.key,
                outcome: AttemptOutcome::Died,
                error: "the process of the attempt died, or was paused for longer than the lease".to_owned(),
                retry_after: limits(attempt.subscription).retry.retry_after(attempt.failures, &self.randomness),
            });
        }
        for (subscription, ended) in by_subscription {
            // One that cannot be ended, because somebody holds it, keeps no other from it.
            match answered(self.deliveries.end(&ended)).await {
                Ok(stored) => tell(subscription, &ended, &stored),
                Err(error) if is_outage(&error) => return Err(error),
                Err(error) => tracing::warn!(subscription = subscription.name(), %error, "attempts whose lease ran out cannot be ended"),
            }
        }
        Ok(())
    }
}

/// Whether more may be handed out beside these jobs.
const fn has_room_beside(jobs: JobsInRedis) -> bool {
    jobs.waiting < WAITING_JOBS_MIN && jobs.all < JOBS_MAX
}

/// Takes those out that are to be attempted by themselves and are too many at a time.
fn beyond_alone_max(claimed: &mut Vec<Dispatch>) -> Vec<Dispatch> {
    let mut alone = 0;
    claimed
        .extract_if(.., |dispatch| {
            alone += usize::from(dispatch.alone);
            dispatch.alone && alone > ALONE_MAX
        })
        .collect()
}

fn by_subscription(dispatches: Vec<Dispatch>) -> HashMap<Subscription, Vec<Dispatch>> {
    let mut grouped: HashMap<Subscription, Vec<Dispatch>> = HashMap::new();
    for dispatch in dispatches {
        grouped.entry(dispatch.subscription).or_default().push(dispatch);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_claimed_beside_a_full_queue() {
        let has_room = |waiting, all| has_room_beside(JobsInRedis { waiting, all });
        assert!(has_room(0, 0));
        assert!(has_room(WAITING_JOBS_MIN - 1, JOBS_MAX - 1));
        assert!(!has_room(WAITING_JOBS_MIN, WAITING_JOBS_MIN));
        assert!(!has_room(0, JOBS_MAX));
    }

    #[test]
    fn those_that_failed_before_do_not_fill_the_queue() {
        let dispatch =
            |delivery_id, alone| Dispatch { delivery_id, dispatch_no: 1, subscription: Subscription::AccountingTaskAssign, alone };
        let mut claimed: Vec<Dispatch> = (0..100).map(|delivery_id| dispatch(delivery_id, delivery_id % 2 == 0)).collect();
        let put_off = beyond_alone_max(&mut claimed);
        assert_eq!(put_off.len(), 50 - ALONE_MAX);
        assert!(put_off.iter().all(|dispatch| dispatch.alone && dispatch.delivery_id >= 32));
        assert_eq!(claimed.iter().filter(|dispatch| dispatch.alone).count(), ALONE_MAX);
        assert_eq!(claimed.len(), 50 + ALONE_MAX);
    }
}
