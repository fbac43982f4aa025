//! Redis as apalis uses it: one queue per subscription.

use std::time::Duration;

use apalis::prelude::TaskSink as _;
use apalis_redis::{Config, ConnectionManager, RedisStorage};
use contracts::Subscription;
use platform::{bus::Dispatch, config::ConnectionUrl};
use redis::{Client, RedisError, aio::ConnectionManagerConfig};

use crate::job;

/// How long an answer of Redis may take. The client's own limit of half a second ends workers whenever Redis saves its file.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connecting may take.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a broken connection is tried again before who uses it is told.
const RECONNECTIONS_MAX: usize = 3;

/// How long the connection rests between two tries at most.
const RECONNECTION_DELAY_MAX: Duration = Duration::from_millis(500);

/// How many finished jobs one clean-up removes from a queue at a time: few enough not to hold Redis up.
const CLEAN_UP_CHUNK: usize = 500;

/// Counts jobs. One goes into the set of scheduled ones first, with the time from which it may be fetched; the next fetch moves it on
/// to the list. Redis' own clock decides whose time has come, whatever the clock of who asks.
const COUNT_JOBS: &str = "
    local fetched, now = redis.call('LLEN', KEYS[2]), redis.call('TIME')[1]
    return {fetched + redis.call('ZCOUNT', KEYS[1], '-inf', now), fetched + redis.call('ZCARD', KEYS[1])}";

/// How many jobs of a subscription are in Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobsInRedis {
    /// A worker may have them now.
    pub(crate) waiting: usize,
    /// With those whose time has not come.
    pub(crate) all: usize,
}

/// The connection to Redis. Clones share it; it reconnects by itself.
#[derive(Clone)]
pub struct Wire {
    client: Client,
}

/// The wire failed. Nothing is lost by that: the record is in PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Redis does not answer, or refuses.
    #[error("Redis failed: {0}")]
    Redis(#[from] RedisError),
    /// apalis could not push a job.
    #[error("the job cannot be pushed: {0}")]
    Push(String),
}

impl Wire {
    /// Reads the address. Nothing is connected yet.
    pub fn new(url: &ConnectionUrl) -> Result<Self, WireError> {
        Ok(Self { client: Client::open(url.expose())? })
    }

    /// Connects, once for each user: a worker that waits for Redis must not hold up the others.
    pub(crate) async fn connect(&self) -> Result<ConnectionManager, WireError> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            .set_number_of_retries(RECONNECTIONS_MAX)
            .set_max_delay(RECONNECTION_DELAY_MAX);
        Ok(ConnectionManager::new_with_config(self.client.clone(), config).await?)
    }

    /// The queue of a subscription.
    pub(crate) fn queue(connection: ConnectionManager, subscription: Subscription) -> RedisStorage<String> {
        RedisStorage::new(connection).with_config(queue_config(subscription))
    }

    /// Pushes the numbers of deliveries of one subscription as one job.
    pub(crate) async fn push(connection: &ConnectionManager, subscription: Subscription, dispatches: &[Dispatch]) -> Result<(), WireError> {
        let mut queue = Self::queue(connection.clone(), subscription);
        queue.push(job::write(dispatches)).await.map_err(|error| WireError::Push(error.to_string()))
    }

    /// How many jobs of each subscription are in Redis and no worker has them yet.
    pub(crate) async fn jobs(
        connection: &mut ConnectionManager,
        subscriptions: &[Subscription],
    ) -> Result<Vec<(Subscription, JobsInRedis)>, WireError> {
        let mut pipeline = redis::pipe();
        for subscription in subscriptions {
            let config = queue_config(*subscription);
            pipeline.cmd("EVAL").arg(COUNT_JOBS).arg(2).arg(config.scheduled_jobs_set()).arg(config.active_jobs_list());
        }
        let counts: Vec<(usize, usize)> = pipeline.query_async(connection).await?;
        Ok(subscriptions.iter().copied().zip(counts.into_iter().map(|(waiting, all)| JobsInRedis { waiting, all })).collect())
    }

    /// Removes jobs that are done. apalis keeps them for ever; its own clean-up also takes the data of jobs that wait.
    pub(crate) async fn clean_up(connection: &mut ConnectionManager, subscription: Subscription) -> Result<(), WireError> {
        let config = queue_config(subscription);
        loop {
            // They are left in the set until their data is gone: a clean-up that breaks off is taken up again.
            let done: Vec<String> =
                redis::cmd("SRANDMEMBER").arg(config.done_jobs_set()).arg(CLEAN_UP_CHUNK).query_async(connection).await?;
            if done.is_empty() {
                return Ok(());
            }
            let mut pipeline = redis::pipe();
            pipeline.cmd("HDEL").arg(config.job_data_hash()).arg(&done).ignore();
            pipeline.cmd("DEL").arg(done.iter().map(|id| format!("{}:{id}", config.job_meta_hash())).collect::<Vec<_>>()).ignore();
            pipeline.cmd("SREM").arg(config.done_jobs_set()).arg(&done).ignore();
            pipeline.query_async::<()>(connection).await?;
        }
    }
}

fn queue_config(subscription: Subscription) -> Config {
    Config::default()
        .queue(format!("ates:{}", subscription.name()))
        // A worker with a fetched batch neither acknowledges nor shows that it lives until the batch is worked off.
        .batch_size(1)
}
