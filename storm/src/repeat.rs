//! Redis repeats itself: jobs that were pushed once are pushed again, fresh ones and ones that others have overtaken long since.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result};
use apalis::prelude::TaskSink as _;
use apalis_redis::{Config, ConnectionManager, RedisStorage};
use contracts::Subscription;
use rand::{SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use redis::aio::ConnectionManagerConfig;

/// How often it is looked which jobs there are: several times before finished ones are removed.
pub(crate) const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// How long a look may take; a Redis that stands still is looked at the next time.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// How long Redis may take for an answer where it must answer.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// How many of the first jobs of a subscription are remembered for the whole storm, and how many of the latest.
const FIRST_MAX: usize = 1_000;
const LATEST_MAX: usize = 1_000;

/// Jobs that were seen in Redis.
pub(crate) struct Repeater {
    client: redis::Client,
    seen: Mutex<HashMap<Subscription, Seen>>,
}

/// Jobs of one subscription.
#[derive(Debug, Clone, Default)]
struct Seen {
    first: Vec<String>,
    latest: VecDeque<String>,
}

impl Seen {
    fn add(&mut self, payload: String) {
        if self.first.contains(&payload) || self.latest.contains(&payload) {
            return;
        }
        if self.first.len() < FIRST_MAX {
            self.first.push(payload);
            return;
        }
        if self.latest.len() == LATEST_MAX {
            self.latest.pop_front();
        }
        self.latest.push_back(payload);
    }
}

impl Repeater {
    /// For the Redis at this address.
    pub(crate) fn new(redis_url: &str) -> Result<Self> {
        Ok(Self { client: redis::Client::open(redis_url)?, seen: Mutex::default() })
    }

    /// Remembers the jobs that are in Redis now. Where Redis does not answer there is nothing to see.
    pub(crate) async fn look(&self) {
        if let Ok(Ok(jobs)) = tokio::time::timeout(LOOK_MAX, self.jobs()).await {
            self.remember(jobs);
        }
    }

    /// Pushes so many jobs again; answers how many there were to choose from.
    pub(crate) async fn repeat(&self, jobs: usize, seed: u64) -> Result<usize> {
        self.look().await;
        let mut random = StdRng::seed_from_u64(seed);
        let all_seen = self.lock().clone();
        let payloads = |one| all_seen.get(&one).into_iter().flat_map(|seen| seen.first.iter().chain(&seen.latest));
        let all: Vec<(Subscription, &String)> =
            Subscription::ALL.into_iter().flat_map(|one| payloads(one).map(move |payload| (one, payload))).collect();
        let connection = self.connect().await?;
        for _ in 0..jobs {
            let Some((subscription, payload)) = all.choose(&mut random) else { break };
            let mut queue: RedisStorage<String> = RedisStorage::new(connection.clone()).with_config(queue_config(*subscription));
            queue.push((*payload).clone()).await.context("a job cannot be pushed again")?;
        }
        Ok(all.len())
    }

    /// A direct connection to Redis, with patience: the machine is busy.
    pub(crate) async fn connect(&self) -> Result<ConnectionManager> {
        let config = ConnectionManagerConfig::new().set_response_timeout(Some(ANSWER_MAX)).set_connection_timeout(Some(ANSWER_MAX));
        ConnectionManager::new_with_config(self.client.clone(), config).await.context("Redis does not answer")
    }

    async fn jobs(&self) -> Result<HashMap<Subscription, Vec<String>>> {
        let mut connection = self.connect().await?;
        let mut jobs = HashMap::new();
        for subscription in Subscription::ALL {
            let stored: Vec<Vec<u8>> =
                redis::cmd("HVALS").arg(queue_config(subscription).job_data_hash()).query_async(&mut connection).await?;
            let payloads: Vec<String> = stored.iter().map(|job| serde_json::from_slice(job)).collect::<Result<_, _>>()?;
            jobs.insert(subscription, payloads);
        }
        Ok(jobs)
    }

    fn remember(&self, jobs: HashMap<Subscription, Vec<String>>) {
        let mut all_seen = self.lock();
        for (subscription, payloads) in jobs {
            let seen = all_seen.entry(subscription).or_default();
            for payload in payloads {
                seen.add(payload);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Subscription, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queue as the relay fills it.
fn queue_config(subscription: Subscription) -> Config {
    Config::default().queue(format!("ates:{}", subscription.name())).batch_size(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_jobs_and_the_latest_are_remembered() {
        let mut seen = Seen::default();
        for n in 0..3_000 {
            seen.add(n.to_string());
            seen.add(n.to_string());
        }
        assert_eq!((seen.first.len(), seen.latest.len()), (FIRST_MAX, LATEST_MAX));
        assert_eq!((seen.first[0].as_str(), seen.latest[LATEST_MAX - 1].as_str()), ("0", "2999"));
    }
}
