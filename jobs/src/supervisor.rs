//! Keeps a worker running per subscription. apalis ends a worker at any error of Redis; here it is built again, with back-off.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use apalis::prelude::*;
use apalis_redis::ConnectionManager;
use contracts::Subscription;
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{deliver::Deliverer, job, limits::limits, ticks::Ticks, wire::Wire};

/// How many jobs of one subscription a process works on at once. Attempts mostly wait for PostgreSQL: while one commits, others
/// begin; more would only wait for the same rows.
const CONCURRENCY: usize = 4;

/// How often a worker asks Redis for jobs: what an event waits for, at the median, is half of it.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How often finished jobs are removed from Redis.
const CLEAN_UP_INTERVAL: Duration = Duration::from_secs(10);

/// How long a worker that failed rests before it is built again, at first; the rest doubles each time it fails again.
const RESTART_PAUSE_FIRST: Duration = Duration::from_millis(250);

/// How long it rests at most: so much later than Redis is it back.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(4);

/// A worker that ran for so long was well: its next rest is a short one.
const WELL_AFTER: Duration = Duration::from_secs(30);

/// Runs a worker per subscription until `shutdown` is cancelled.
pub(crate) async fn run(wire: &Wire, deliverer: &Arc<Deliverer>, shutdown: &CancellationToken) {
    let mut workers = JoinSet::new();
    for subscription in deliverer.subscriptions() {
        workers.spawn(keep_running(wire.clone(), deliverer.clone(), subscription, shutdown.clone()));
    }
    workers.join_all().await;
}

async fn keep_running(wire: Wire, deliverer: Arc<Deliverer>, subscription: Subscription, shutdown: CancellationToken) {
    let mut pause = RESTART_PAUSE_FIRST;
    while !shutdown.is_cancelled() {
        let began = Instant::now();
        if let Err(error) = work(&wire, deliverer.clone(), subscription, shutdown.clone()).await {
            tracing::warn!(subscription = subscription.name(), error, "the worker stopped and is started again");
        }
        if began.elapsed() > WELL_AFTER {
            pause = RESTART_PAUSE_FIRST;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = pause.saturating_mul(2).min(RESTART_PAUSE_MAX);
    }
}

/// Works until `shutdown` is cancelled or Redis fails.
async fn work(wire: &Wire, deliverer: Arc<Deliverer>, subscription: Subscription, shutdown: CancellationToken) -> Result<(), String> {
    let connection = wire.connect().await.map_err(|error| error.to_string())?;
    let clean_up = clean_up(connection.clone(), subscription);

    let handler = move |payload: String, deliverer: Data<Arc<Deliverer>>| {
        let deliverer = Arc::clone(&deliverer);
        let under_way = deliverer.under_way().clone();
        // A task of its own: when Redis fails apalis drops what its worker is at, but an attempt that has begun is finished.
        let delivery =
            under_way.spawn(async move { deliverer.deliver(subscription, &job::read(&payload, limits(subscription).batch_max)).await });
        async move {
            if let Err(error) = delivery.await {
                tracing::error!(subscription = subscription.name(), %error, "a delivery was broken off");
            }
        }
    };
    // A name of its own each time: a worker's name stays registered for a while after it has gone.
    let name = format!("{}-{}", subscription.name(), deliverer.unique_name());
    let worker = WorkerBuilder::new(name)
        .backend(Wire::queue(connection, subscription).poll_with_strategy(Ticks::every(POLL_INTERVAL)))
        .concurrency(CONCURRENCY)
        .data(deliverer)
        .build(handler);
    let stopped = async move {
        shutdown.cancelled().await;
        Ok::<(), io::Error>(())
    };
    tokio::select! {
        ended = worker.run_until(stopped) => ended.map_err(|error| error.to_string()),
        never = clean_up => match never {},
    }
}

/// Cleans up now and then, without end. What goes wrong with that does not disturb the worker.
async fn clean_up(mut connection: ConnectionManager, subscription: Subscription) -> Infallible {
    loop {
        tokio::time::sleep(CLEAN_UP_INTERVAL).await;
        if let Err(error) = Wire::clean_up(&mut connection, subscription).await {
            tracing::warn!(subscription = subscription.name(), %error, "finished jobs cannot be removed from Redis");
        }
    }
}
