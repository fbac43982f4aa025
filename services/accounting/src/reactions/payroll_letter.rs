use async_trait::async_trait;
use contracts::{Event, Fact, LetterId, Subscription, letter::PostError};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::misdelivered;
use crate::{Accounting, storage, use_cases::compose_letter::compose_letter};

/// `payroll_letter`: sends the letter, until the post has taken it. Should its answer get lost, or this process die before the delivery
/// is marked, the letter is sent once more with the same Message-ID. Money is not concerned.
pub(crate) struct SendLetter(pub(crate) Accounting);

#[async_trait]
impl Reaction for SendLetter {
    type Found = ();

    fn subscription(&self) -> Subscription {
        Subscription::AccountingPayrollLetter
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, events: &[Event]) -> Result<Prepared<()>, ReactionError> {
        for event in events {
            let letter_id = letter_id(event)?;
            // A delivery of the past that was added anew, say.
            if storage::letter::is_sent(&self.0.pool, letter_id).await? {
                continue;
            }
            let letter = compose_letter(&self.0, letter_id).await?;
            self.0.post.send(&letter).await.map_err(|error| match error {
                PostError::Later(why) => ReactionError::Failed(why),
                PostError::Never(why) => ReactionError::Refused(why),
            })?;
        }
        Ok(Prepared { found: (), waits: Vec::new() })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], (): ()) -> Result<Recorded, ReactionError> {
        let letter_ids: Vec<LetterId> = events.iter().copied().map(letter_id).collect::<Result<_, _>>()?;
        storage::letter::mark_sent(connection, &letter_ids).await?;
        Ok(Recorded::default())
    }
}

fn letter_id(event: &Event) -> Result<LetterId, ReactionError> {
    match &event.fact {
        Fact::PayrollLetter(letter) => Ok(letter.letter_id),
        _ => Err(misdelivered(event)),
    }
}
