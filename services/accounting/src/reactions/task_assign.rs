use async_trait::async_trait;
use contracts::{Event, Fact, Subscription, TaskAssign};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::{Prices, misdelivered, price_of, prices};
use crate::{
    Accounting,
    ledger::{self, Posting, PostingKind},
};

/// `task_assign`: charges the assignee the fee, once per event.
pub(crate) struct ChargeAssignee(pub(crate) Accounting);

#[async_trait]
impl Reaction for ChargeAssignee {
    type Found = Prices;

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskAssign
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, events: &[Event]) -> Result<Prepared<Prices>, ReactionError> {
        let tasks = events.iter().map(|event| Ok((event.event_id, assigned(event)?.task_id)));
        prices(self.pool(), tasks.collect::<Result<_, ReactionError>>()?).await
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], prices: Prices) -> Result<Recorded, ReactionError> {
        let posting = |cause| {
            let TaskAssign { task_id, assignee_user_id, .. } = *assigned(cause)?;
            let amount = price_of(&prices, task_id)?.assign_fee;
            Ok(Posting { user_id: assignee_user_id, amount, task_id, cause })
        };
        let postings: Vec<Posting<'_>> = events.iter().copied().map(posting).collect::<Result<_, ReactionError>>()?;
        ledger::book(&self.0, connection, PostingKind::AssignFee, &postings).await
    }
}

fn assigned(event: &Event) -> Result<&TaskAssign, ReactionError> {
    match &event.fact {
        Fact::TaskAssign(assigned) => Ok(assigned),
        _ => Err(misdelivered(event)),
    }
}
