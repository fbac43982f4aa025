use std::collections::HashMap;

use async_trait::async_trait;
use contracts::{AwaitedKey, Event, EventId, ServiceError, Subscription};
use sqlx::{PgConnection, PgPool};

use super::{
    attempt::{self, Attempt, Parked, Wait},
    outbox::{Outbox, Recorded},
};
use crate::database::{Failure, is_outage};

/// What a service does when it hears of events of one subscription.
#[async_trait]
pub trait Reaction: Send + Sync + 'static {
    /// What [`Self::prepare`] finds out for [`Self::apply`].
    type Found: Send;

    /// Which deliveries it takes.
    fn subscription(&self) -> Subscription;

    /// The pool of the service, on which the reaction is applied.
    fn pool(&self) -> &PgPool;

    /// The outbox of the service, which hears of the commit.
    fn outbox(&self) -> &Outbox;

    /// Finds out what it needs for these events, from other services or from what the service has stored for good, and which of
    /// them cannot be applied yet. Nothing may be written: it may run any number of times. What has its effect outside of the database,
    /// such as a letter, is done here, and again should the attempt come to nothing after it.
    async fn prepare(&self, events: &[Event]) -> Result<Prepared<Self::Found>, ReactionError>;

    /// Writes the effects of these events, which are some or all of those that need not wait, in the transaction that also marks
    /// their deliveries as done; answers what it recorded. An error undoes the whole transaction; the events are then tried one by one.
    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], found: Self::Found) -> Result<Recorded, ReactionError>;
}

/// What a reaction is prepared with.
#[derive(Debug)]
pub struct Prepared<Found> {
    /// What it needs to know.
    pub found: Found,
    /// The events for which something has to happen first: they are parked (specification, decision 12).
    pub waits: Vec<Wait>,
}

/// Any [`Reaction`], for the workers.
#[async_trait]
pub trait AnyReaction: Send + Sync + 'static {
    /// Which deliveries it takes.
    fn subscription(&self) -> Subscription;

    /// Makes attempts at deliveries, all in one transaction, up to and with the commit.
    async fn attempt(&self, attempts: &[Attempt]) -> Result<Outcome, ReactionError>;
}

/// What attempts without an error led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The effects of so many deliveries hold.
    pub applied: usize,
    /// So many wait for something that has to happen first.
    pub parked: usize,
    /// Of these, so many are dead letters: what they wait for will not come.
    pub dead: usize,
    /// Of so many another attempt has taken over, or they were finished before: nothing was written for them.
    pub superseded: usize,
}

#[async_trait]
impl<R: Reaction> AnyReaction for R {
    fn subscription(&self) -> Subscription {
        Reaction::subscription(self)
    }

    async fn attempt(&self, attempts: &[Attempt]) -> Result<Outcome, ReactionError> {
        let events: Vec<Event> = attempts.iter().map(|attempt| attempt.event.clone()).collect();
        let Prepared { found, waits } = self.prepare(&events).await?;

        let awaited: HashMap<EventId, AwaitedKey> = waits.into_iter().map(|wait| (wait.event_id, wait.awaited)).collect();
        let (mut ready, mut waiting) = (Vec::new(), Vec::new());
        for attempt in attempts {
            match awaited.get(&attempt.event.event_id) {
                Some(awaited) => waiting.push((attempt, awaited)),
                None => ready.push(attempt),
            }
        }

        let mut transaction = self.pool().begin().await?;
        // The deliveries before the service's own rows: those are what everybody waits for, so they are locked last.
        let Parked { parked, dead } = attempt::park(&mut transaction, &waiting).await?;
        let finished = attempt::finish(&mut transaction, ready).await?;
        let recorded = if finished.is_empty() {
            Recorded::default()
        } else {
            let events: Vec<&Event> = finished.iter().map(|attempt| &attempt.event).collect();
            self.apply(&mut transaction, &events, found).await?
        };
        transaction.commit().await?;
        self.outbox().committed(recorded);
        Ok(Outcome { applied: finished.len(), parked, dead, superseded: attempts.len() - finished.len() - parked })
    }
}

/// Why reactions had no effect.
#[derive(Debug, thiserror::Error)]
pub enum ReactionError {
    /// An event contradicts what is booked already: trying again cannot help, a person has to look.
    #[error("{0}")]
    Contradiction(String),
    /// Somebody outside did not do their part this time.
    #[error("{0}")]
    Failed(String),
    /// Somebody outside refused for good: a person has to look.
    #[error("{0}")]
    Refused(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Another service did not answer.
    #[error("another service did not do its part: {0}")]
    Service(#[from] ServiceError),
}

impl From<Failure> for ReactionError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answer(error) => Self::Service(error),
            Failure::Database(error) => Self::Database(error),
        }
    }
}

/// What is to be done about reactions that had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Try again later; the attempt counts as failed.
    Retry,
    /// Try again later; an outage is nobody's failure and spends no attempt.
    RetryAfterOutage,
    /// Give up: the delivery is a dead letter.
    GiveUp,
}

impl ReactionError {
    /// What is to be done.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Contradiction(_) | Self::Refused(_) => Remedy::GiveUp,
            Self::Service(ServiceError::Unavailable) => Remedy::RetryAfterOutage,
            Self::Database(error) if is_outage(error) => Remedy::RetryAfterOutage,
            Self::Failed(_) | Self::Database(_) | Self::Service(_) => Remedy::Retry,
        }
    }
}
