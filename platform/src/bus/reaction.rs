use async_trait::async_trait;
use contracts::{AwaitedKey, Event, ServiceError, Subscription};
use sqlx::{PgConnection, PgPool};

use super::attempt::{Attempt, Parked};

/// What a service does when it hears of an event of one subscription.
#[async_trait]
pub trait Reaction: Send + Sync + 'static {
    /// What [`Self::prepare`] finds out for [`Self::apply`].
    type Prepared: Send;

    /// Which deliveries it takes.
    fn subscription(&self) -> Subscription;

    /// The pool of the service, on which the reaction is applied.
    fn pool(&self) -> &PgPool;

    /// Finds out what it needs from other services. Nothing may be written: it may run any number of times.
    async fn prepare(&self, event: &Event) -> Result<Self::Prepared, ReactionError>;

    /// Writes the effect, in the transaction that also marks the delivery as done.
    async fn apply(&self, connection: &mut PgConnection, event: &Event, prepared: Self::Prepared) -> Result<(), ReactionError>;
}

/// Any [`Reaction`], for the workers.
#[async_trait]
pub trait AnyReaction: Send + Sync + 'static {
    /// Which deliveries it takes.
    fn subscription(&self) -> Subscription;

    /// Makes an attempt at a delivery, up to and with the commit.
    async fn attempt(&self, attempt: &Attempt) -> Result<Outcome, ReactionError>;
}

/// What an attempt without an error led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The effect holds.
    Applied,
    /// Something has to happen first.
    Parked(Parked),
    /// Another attempt has taken over, or the delivery was finished before: nothing was written.
    Superseded,
}

#[async_trait]
impl<R: Reaction> AnyReaction for R {
    fn subscription(&self) -> Subscription {
        Reaction::subscription(self)
    }

    async fn attempt(&self, attempt: &Attempt) -> Result<Outcome, ReactionError> {
        match apply(self, attempt).await {
            Err(ReactionError::NotYet(awaited)) => park(self.pool(), attempt, &awaited).await,
            outcome => outcome,
        }
    }
}

async fn apply<R: Reaction>(reaction: &R, attempt: &Attempt) -> Result<Outcome, ReactionError> {
    let prepared = reaction.prepare(&attempt.event).await?;
    let mut transaction = reaction.pool().begin().await?;
    if !attempt.take(&mut transaction).await? {
        return Ok(Outcome::Superseded);
    }
    reaction.apply(&mut transaction, &attempt.event, prepared).await?;
    attempt.finish(&mut transaction).await?;
    transaction.commit().await?;
    Ok(Outcome::Applied)
}

async fn park(pool: &PgPool, attempt: &Attempt, awaited: &AwaitedKey) -> Result<Outcome, ReactionError> {
    let mut transaction = pool.begin().await?;
    if !attempt.take(&mut transaction).await? {
        return Ok(Outcome::Superseded);
    }
    let parked = attempt.park(&mut transaction, awaited).await?;
    transaction.commit().await?;
    Ok(Outcome::Parked(parked))
}

/// Why a reaction had no effect.
#[derive(Debug, thiserror::Error)]
pub enum ReactionError {
    /// Something that has not happened yet is needed first: no failure, the delivery is parked (specification, decision 12).
    #[error("waits for {}", .0.as_str())]
    NotYet(AwaitedKey),
    /// The event contradicts what is booked already: trying again cannot help, a person has to look.
    #[error("{0}")]
    Contradiction(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Another service did not answer.
    #[error("another service did not do its part: {0}")]
    Service(#[from] ServiceError),
}

/// What is to be done about a reaction that had no effect.
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
    /// What is to be done, for everything but [`Self::NotYet`].
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Contradiction(_) => Remedy::GiveUp,
            Self::Service(ServiceError::Unavailable) => Remedy::RetryAfterOutage,
            Self::Database(error) if is_outage(error) => Remedy::RetryAfterOutage,
            Self::NotYet(_) | Self::Database(_) | Self::Service(_) => Remedy::Retry,
        }
    }
}

/// Whether the database was out of reach, rather than unwilling.
fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        // Class 57 (operator intervention, without 57014: a statement that took too long) and class 08 (connection): the server
        // is being stopped, or starts.
        sqlx::Error::Database(answer) => {
            answer.code().is_some_and(|code| code.starts_with("08") || (code.starts_with("57") && code != "57014"))
        }
        _ => false,
    }
}
