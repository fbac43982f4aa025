use async_trait::async_trait;
use contracts::{Event, Fact, ManagerIncomeByDayChange, Subscription};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::{dashboard_changed, misdelivered};
use crate::{Analytics, storage};

/// `manager_income_by_day_change`: takes over the day's totals where no newer revision is known.
pub(crate) struct TakeOverIncome(pub(crate) Analytics);

#[async_trait]
impl Reaction for TakeOverIncome {
    type Found = ();

    fn subscription(&self) -> Subscription {
        Subscription::AnalyticsManagerIncomeByDayChange
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
        let changes: Vec<&ManagerIncomeByDayChange> = events.iter().copied().map(income_change).collect::<Result<_, _>>()?;
        for generation in storage::generation::kept_up(connection).await? {
            storage::company_data_by_day::take_over_income(connection, generation, &changes).await?;
        }
        Ok(dashboard_changed())
    }
}

fn income_change(event: &Event) -> Result<&ManagerIncomeByDayChange, ReactionError> {
    match &event.fact {
        Fact::ManagerIncomeByDayChange(change) => Ok(change),
        _ => Err(misdelivered(event)),
    }
}
