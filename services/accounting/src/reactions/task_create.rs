use async_trait::async_trait;
use contracts::{Event, Fact, Subscription};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::misdelivered;
use crate::{Accounting, price, storage};

/// `task_create`: draws the task's price, once. What waits for the price is released with the same commit.
pub(crate) struct PriceTask(pub(crate) Accounting);

#[async_trait]
impl Reaction for PriceTask {
    type Found = ();

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskCreate
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, _events: &[Event]) -> Result<Prepared<()>, ReactionError> {
        Ok(Prepared { found: (), waits: Vec::new() })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], (): ()) -> Result<Recorded, ReactionError> {
        let draw = |event: &&Event| match &event.fact {
            Fact::TaskCreate(created) => Ok((price::draw(created.task_id, &self.0.settings.prices, &self.0.randomness), event.occurred.at)),
            _ => Err(misdelivered(event)),
        };
        let prices: Vec<_> = events.iter().map(draw).collect::<Result<_, _>>()?;
        storage::task_price::insert_once(connection, &prices).await?;
        Ok(Recorded::default())
    }
}
