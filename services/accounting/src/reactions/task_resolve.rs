use async_trait::async_trait;
use contracts::{Event, Fact, Subscription, TaskResolve};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::{Prices, misdelivered, price_of, prices};
use crate::{
    Accounting,
    ledger::{self, Posting, PostingKind},
};

/// `task_resolve`: pays whoever finished the task, once per task.
pub(crate) struct PayResolver(pub(crate) Accounting);

#[async_trait]
impl Reaction for PayResolver {
    type Found = Prices;

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskResolve
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, events: &[Event]) -> Result<Prepared<Prices>, ReactionError> {
        let tasks = events.iter().map(|event| Ok((event.event_id, resolved(event)?.task_id)));
        prices(self.pool(), tasks.collect::<Result<_, ReactionError>>()?).await
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], prices: Prices) -> Result<Recorded, ReactionError> {
        let posting = |cause| {
            let TaskResolve { task_id, resolver_user_id, .. } = *resolved(cause)?;
            let amount = price_of(&prices, task_id)?.resolve_price;
            Ok(Posting { user_id: resolver_user_id, amount, task_id, cause })
        };
        let postings: Vec<Posting<'_>> = events.iter().copied().map(posting).collect::<Result<_, ReactionError>>()?;
        ledger::book(&self.0, connection, PostingKind::ResolvePrice, &postings).await
    }
}

fn resolved(event: &Event) -> Result<&TaskResolve, ReactionError> {
    match &event.fact {
        Fact::TaskResolve(resolved) => Ok(resolved),
        _ => Err(misdelivered(event)),
    }
}
