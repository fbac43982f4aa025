use async_trait::async_trait;
use contracts::{Event, Fact, Subscription};
use platform::bus::{Reaction, ReactionError};
use sqlx::{PgConnection, PgPool};

use super::{misdelivered, price_of};
use crate::{
    Accounting,
    ledger::{self, Posting, PostingKind},
};

/// `task_assign`: charges the assignee the fee, once per event.
pub(crate) struct ChargeAssignee(pub(crate) Accounting);

#[async_trait]
impl Reaction for ChargeAssignee {
    type Prepared = ();

    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskAssign
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    async fn prepare(&self, _event: &Event) -> Result<(), ReactionError> {
        Ok(())
    }

    async fn apply(&self, connection: &mut PgConnection, event: &Event, (): ()) -> Result<(), ReactionError> {
        let Fact::TaskAssign(assigned) = &event.fact else { return Err(misdelivered(&event.fact)) };
        let posting = Posting {
            user_id: assigned.assignee_user_id,
            kind: PostingKind::AssignFee,
            amount: price_of(connection, assigned.task_id).await?.assign_fee,
            event_id: event.event_id,
            task_id: assigned.task_id,
            occurred: event.occurred,
        };
        ledger::book(&self.0, connection, posting).await
    }
}
