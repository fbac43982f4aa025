use async_trait::async_trait;
use contracts::{Event, Fact, Subscription};
use platform::bus::{Reaction, ReactionError};
use sqlx::{PgConnection, PgPool};

use super::{misdelivered, price_of};
use crate::{
    Accounting,
    ledger::{self, Posting, PostingKind},
};

/// `task_resolve`: pays whoever finished the task, once per task.
pub(crate) struct PayResolver(pub(crate) Accounting);

#[async_trait]
impl Reaction for PayResolver {
    type Prepared = ();

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskResolve
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    async fn prepare(&self, _event: &Event) -> Result<(), ReactionError> {
        Ok(())
    }

    async fn apply(&self, connection: &mut PgConnection, event: &Event, (): ()) -> Result<(), ReactionError> {
        let Fact::TaskResolve(resolved) = &event.fact else { return Err(misdelivered(&event.fact)) };
        let posting = Posting {
            user_id: resolved.resolver_user_id,
            kind: PostingKind::ResolvePrice,
            amount: price_of(connection, resolved.task_id).await?.resolve_price,
            event_id: event.event_id,
            task_id: resolved.task_id,
            occurred: event.occurred,
        };
        ledger::book(&self.0, connection, posting).await
    }
}
