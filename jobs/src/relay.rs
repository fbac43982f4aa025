//! The relay: from the record to the wire. It claims deliveries that are due and pushes their numbers to Redis.

use std::{collections::HashMap, time::Duration};

use apalis_redis::ConnectionManager;
use contracts::{Subscription, queues::AttemptOutcome};
use platform::{
    bus::{Deliveries, Dispatch, Ended, Wake},
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
    limits::{BATCH_MAX, GRACE_AFTER_OUTAGE, OUTAGE_DELAY, retry_policy},
    wire::{JobsInRedis, Wire, WireError},
};

/// How often the relay looks for due deliveries when nobody wakes it: events of other processes wait this long at most.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How many jobs of a subscription may wait in Redis before the relay holds the next ones back; the rest waits in PostgreSQL. It is
/// also what workers find ready while the relay claims.
const WAITING_JOBS_MAX: usize = 40;

/// How many jobs of a subscription may be in Redis with those whose time has not come: a relay whose clock is ahead pushes such.
/// apalis-redis unpacks a whole queue at each fetch and wedges at about 8,000.
const JOBS_MAX: usize = 1_000;

/// Below so many waiting jobs the relay fetches the next ones: seldom and many at once, because each claim has its price.
const WAITING_JOBS_MIN: usize = 20;

/// How many deliveries of a subscription are claimed at a time: a short transaction.
const CLAIM_MAX: usize = 1_000;

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
            let room: Vec<(Subscription, i64)> =
                jobs.into_iter().map(|(subscription, jobs)| (subscription, room_beside(jobs))).filter(|(_, room)| *room > 0).collect();
            if room.is_empty() {
                return Ok(());
            }
            let claimed = by_subscription(self.deliveries.claim(&room).await?);
            let all = room.iter().all(|(subscription, room)| {
                claimed.get(subscription).is_none_or(|claimed| i64::try_from(claimed.len()).is_ok_and(|claimed| claimed < *room))
            });
            self.push_all(&connection, claimed).await?;
            if all {
                return Ok(());
            }
        }
    }

    /// Pushes what was claimed; takes back what cannot be pushed.
    async fn push_all(&self, connection: &ConnectionManager, claimed: HashMap<Subscription, Vec<Dispatch>>) -> Result<(), RelayError> {
        let jobs = claimed
            .into_iter()
            .flat_map(|(subscription, dispatches)| job::group(&dispatches).into_iter().map(move |dispatches| (subscription, dispatches)));
        let mut jobs = jobs.collect::<Vec<_>>().into_iter();
        while let Some((subscription, dispatches)) = jobs.next() {
            if let Err(error) = Wire::push(connection, subscription, &dispatches).await {
                let rest: Vec<Dispatch> = dispatches.into_iter().chain(jobs.flat_map(|(_, dispatches)| dispatches)).collect();
                self.deliveries.take_back(&rest, OUTAGE_DELAY).await?;
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Says that this relay is there and how Redis is, and ends attempts whose lease ran out.
    async fn make_round(&self, last_failed_at: Option<Instant>) -> sqlx::Result<()> {
        let redis_error = self.redis_error.borrow().clone();
        self.deliveries.report_relay(self.id, redis_error.as_deref()).await?;

        if last_failed_at.is_some_and(|failed_at| failed_at.elapsed() < GRACE_AFTER_OUTAGE) {
            return Ok(());
        }
        let expired = self.deliveries.expired(EXPIRED_MAX).await?;
        let mut by_subscription: HashMap<Subscription, Vec<Ended>> = HashMap::new();
        for attempt in expired {
            by_subscription.entry(attempt.subscription).or_default().push(Ended {
                key: attempt.key,
                outcome: AttemptOutcome::Died,
                error: "the process of the attempt died, or was paused for longer than the lease".to_owned(),
                retry_after: retry_policy(attempt.subscription).retry_after(attempt.failures, &self.randomness),
            });
        }
        for (subscription, ended) in by_subscription {
            let stored = self.deliveries.end(&ended).await?;
            tell(subscription, &ended, &stored);
        }
        Ok(())
    }
}

/// How many deliveries may be claimed beside these jobs.
fn room_beside(jobs: JobsInRedis) -> i64 {
    if jobs.waiting >= WAITING_JOBS_MIN || jobs.all >= JOBS_MAX {
        return 0;
    }
    let room = (WAITING_JOBS_MAX - jobs.waiting) * BATCH_MAX;
    i64::try_from(room.min(CLAIM_MAX)).unwrap_or(0)
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
        let room = |waiting, all| room_beside(JobsInRedis { waiting, all });
        assert_eq!(room(0, 0), 1_000);
        assert_eq!(room(WAITING_JOBS_MIN - 1, WAITING_JOBS_MIN), 1_000);
        assert_eq!(room(WAITING_JOBS_MIN, WAITING_JOBS_MIN), 0);
        assert_eq!(room(WAITING_JOBS_MAX + 5, WAITING_JOBS_MAX + 5), 0);
        assert_eq!(room(0, JOBS_MAX), 0);
    }
}
