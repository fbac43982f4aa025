use async_trait::async_trait;
use contracts::{Event, Fact, Role, ServiceError, Subscription, TasksReassign, UserId};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use crate::{
    Tracker,
    reassign::{self, BATCH_COUNT_MAX},
};

/// `tasks_reassign`: gives the next open tasks of a run to random employees, and tells itself to go on. The run's row, under its lock, says
/// which batch is next; so whatever the bus repeats, each batch is worked off once.
pub(crate) struct GoOnReassigning(pub(crate) Tracker);

#[async_trait]
impl Reaction for GoOnReassigning {
    type Found = Vec<UserId>;

    fn subscription(&self) -> Subscription {
        Subscription::TrackerTasksReassign
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    /// Draws an employee for each task that the batch may have: independent draws with replacement. None where there is nobody.
    async fn prepare(&self, _events: &[Event]) -> Result<Prepared<Vec<UserId>>, ReactionError> {
        let drawn = match self.0.directory.random_users(&Role::ASSIGNABLE, BATCH_COUNT_MAX).await {
            Err(ServiceError::NobodyAssignable) => Vec::new(),
            drawn => drawn?,
        };
        Ok(Prepared { found: drawn, waits: Vec::new() })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], drawn: Vec<UserId>) -> Result<Recorded, ReactionError> {
        // Events of this subscription come alone: the draws are for one batch.
        let [event] = events else {
            return Err(ReactionError::Failed("batches of a reassignment are worked off one by one".to_owned()));
        };
        match &event.fact {
            Fact::TasksReassign(TasksReassign { run_id, batch_no }) => {
                Ok(reassign::work_off(&self.0, connection, event, (*run_id, *batch_no), &drawn).await?)
            }
            other => Err(ReactionError::Contradiction(format!("this subscription does not hear of {}", other.kind()))),
        }
    }
}
