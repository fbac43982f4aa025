//! What the company does meanwhile: several clients at once, through the real use cases, on a way of their own to PostgreSQL.

mod client;
mod people;
mod photo;

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use contracts::{ServiceError, UserId};
use platform::{clock::CompanyClock, randomness::Randomness};
use testbed::Addresses;
use tokio::task::JoinSet;
use wiring::Services;

use self::{client::Client, people::People};
use crate::{model::Model, pace::Pace};

/// How many clients there are. Each waits for an answer before it asks for the next thing.
const CLIENTS: u64 = 6;

/// How long a client waits for an answer, as a browser or a proxy in front of the site would: longer than any fault lasts.
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// How long a client rests when the service was out of reach, before it goes on: people do not click a thousand times a second.
const FAILURE_PAUSE: Duration = Duration::from_millis(250);

/// A company at work.
#[derive(Clone)]
pub(crate) struct Workload {
    services: Services,
    model: Arc<Mutex<Model>>,
    people: Arc<People>,
}

impl Workload {
    /// A company whose services reach the servers at these addresses. Its first employees enrol now, in peace.
    pub(crate) async fn found(addresses: &Addresses, seed: u64) -> Result<Self> {
        let services = addresses.services(&Randomness::seeded(seed))?;
        let model = Arc::new(Mutex::new(Model::default()));
        let people = Arc::new(People::enrol_first(&services, &model).await?);
        Ok(Self { services, model, people })
    }

    /// Works until the storm is over.
    pub(crate) async fn run(&self, pace: &Arc<Pace>, seed: u64) -> Result<()> {
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let client = Client::new(self.clone(), number, seed);
            clients.spawn(client.run(pace.clone()));
        }
        while let Some(ended) = clients.join_next().await {
            ended?;
        }
        self.services.close().await;
        Ok(())
    }

    /// What is known of the company.
    pub(crate) fn model(&self) -> MutexGuard<'_, Model> {
        lock(&self.model)
    }

    /// The company's clock.
    pub(crate) fn clock(&self) -> CompanyClock {
        self.services.clock
    }

    /// Somebody who is assignable all the time.
    pub(crate) fn steady_worker(&self) -> UserId {
        self.people.steady_worker()
    }
}

/// The answer of a use case; the client that does not get one in time knows as little as one whose connection broke.
async fn in_time<T>(call: impl Future<Output = Result<T, ServiceError>>) -> Result<T, ServiceError> {
    let answer = tokio::time::timeout(ANSWER_MAX, call).await.unwrap_or(Err(ServiceError::Unavailable));
    if matches!(answer, Err(ServiceError::Unavailable)) {
        tokio::time::sleep(FAILURE_PAUSE).await;
    }
    answer
}

/// What a panic left is as good as before: nothing here is changed by halves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
