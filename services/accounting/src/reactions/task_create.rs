use async_trait::async_trait;
use contracts::{Event, Fact, Subscription};
use platform::bus::{Reaction, ReactionError};
use sqlx::{PgConnection, PgPool};

use super::misdelivered;
use crate::{Accounting, price, storage};

/// `task_create`: draws the task's price, once. What waits for the price is released with the same commit.
pub(crate) struct PriceTask(pub(crate) Accounting);

#[async_trait]
impl Reaction for PriceTask {
    type Prepared = ();

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskCreate
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    async fn prepare(&self, _event: &Event) -> Result<(), ReactionError> {
        Ok(())
    }

    async fn apply(&self, connection: &mut PgConnection, event: &Event, (): ()) -> Result<(), ReactionError> {
        let Fact::TaskCreate(created) = &event.fact else { return Err(misdelivered(&event.fact)) };
        let price = price::draw(created.task_id, &self.0.settings, &self.0.randomness);
        storage::task_price::insert_once(connection, &price, event.occurred.at).await?;
        Ok(())
    }
}
