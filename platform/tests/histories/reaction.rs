//! The reaction under trial: a real one, which fails and pauses where it is told to.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use contracts::{AwaitedKey, Event, EventId, Fact, ServiceError, Subscription, TaskId};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded, Wait};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Barrier;

use super::step::{Course, Phase};

/// The events at which the reaction fails.
pub(crate) type Poisoned = Arc<Mutex<HashSet<EventId>>>;

/// A `task_create` makes the task's price; a `task_assign` needs it.
pub(crate) struct Trial {
    pub(crate) subscription: Subscription,
    pub(crate) pool: PgPool,
    pub(crate) outbox: Outbox,
    pub(crate) poisoned: Poisoned,
    pub(crate) course: Course,
    pub(crate) gate: Arc<Gate>,
}

/// Where a worker pauses. Both sides meet twice: when it does, and when it may go on.
#[derive(Debug)]
pub(crate) struct Gate(Barrier);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(Barrier::new(2))
    }

    pub(crate) async fn meet(&self) {
        self.0.wait().await;
    }

    async fn pause(&self) {
        self.meet().await;
        self.meet().await;
    }
}

#[async_trait]
impl Reaction for Trial {
    type Found = ();

    fn subscription(&self) -> Subscription {
        self.subscription
    }

    fn pool(&self) -> &PgPool {
        &self.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    async fn prepare(&self, events: &[Event]) -> Result<Prepared<()>, ReactionError> {
        if self.course == Course::Fails(Phase::Prepare) {
            return Err(ServiceError::Unavailable.into());
        }
        let mut waits = Vec::new();
        for event in events {
            if let Some(awaited) = self.awaited(&event.fact).await? {
                waits.push(Wait { event_id: event.event_id, awaited });
            }
        }
        if self.course == Course::Pauses(Phase::Prepare) {
            self.gate.pause().await;
        }
        Ok(Prepared { found: (), waits })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], (): ()) -> Result<Recorded, ReactionError> {
        if events.iter().any(|event| self.poisoned.lock().expect("nobody panics").contains(&event.event_id)) {
            return Err(ReactionError::Contradiction("poisoned".to_owned()));
        }
        for event in events {
            write(connection, event).await?;
        }
        match self.course {
            Course::Fails(Phase::Apply) => {
                sqlx::query("SELECT 1 / 0").execute(connection).await?;
            }
            Course::Pauses(Phase::Apply) => self.gate.pause().await,
            _ => {}
        }
        Ok(Recorded::default())
    }
}

impl Trial {
    /// The price that a fact needs and that is not there.
    async fn awaited(&self, fact: &Fact) -> sqlx::Result<Option<AwaitedKey>> {
        let Fact::TaskAssign(assigned) = fact else { return Ok(None) };
        let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM trial.effect WHERE task_id = $1 AND is_price)")
            .bind(assigned.task_id.0)
            .fetch_one(&self.pool)
            .await?;
        Ok((!is_there).then(|| AwaitedKey::price(assigned.task_id)))
    }
}

/// The effect of an event.
async fn write(connection: &mut PgConnection, event: &Event) -> Result<(), ReactionError> {
    let (task_id, is_price): (TaskId, bool) = match &event.fact {
        Fact::TaskCreate(created) => (created.task_id, true),
        Fact::TaskAssign(assigned) => (assigned.task_id, false),
        other => return Err(ReactionError::Contradiction(format!("nobody subscribed to {}", other.kind()))),
    };
    let statement = sqlx::query("INSERT INTO trial.effect (event_id, task_id, is_price) VALUES ($1, $2, $3)");
    statement.bind(event.event_id.0).bind(task_id.0).bind(is_price).execute(connection).await?;
    Ok(())
}
