use std::collections::HashMap;

use async_trait::async_trait;
use contracts::{
    AwaitedKey, BusinessDay, Event, Fact, Money, Subscription, TaskId, TaskResolve,
    accounting::{Accounting, PRICE_IDS_MAX},
    analytics::RemarkableTask,
};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded, Wait};
use sqlx::{PgConnection, PgPool};

use super::{dashboard_changed, misdelivered};
use crate::{Analytics, storage};

/// `task_resolve`: looks whether the task is the day's most expensive one. Without a price it waits for it.
pub(crate) struct FindMostExpensiveTask(pub(crate) Analytics);

/// What finishing tasks paid. A price never changes, so what is found holds.
pub(crate) type ResolvePrices = HashMap<TaskId, Money>;

#[async_trait]
impl Reaction for FindMostExpensiveTask {
    type Found = ResolvePrices;

    fn subscription(&self) -> Subscription {
        Subscription::AnalyticsTaskResolve
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, events: &[Event]) -> Result<Prepared<ResolvePrices>, ReactionError> {
        let tasks: Vec<(_, TaskId)> =
            events.iter().map(|event| Ok((event.event_id, resolved(event)?.task_id))).collect::<Result<_, ReactionError>>()?;
        let task_ids: Vec<TaskId> = tasks.iter().map(|(_, task_id)| *task_id).collect();
        let found = resolve_prices(&*self.0.accounting, &task_ids).await?;
        let waits = tasks
            .into_iter()
            .filter(|(_, task_id)| !found.contains_key(task_id))
            .map(|(event_id, task_id)| Wait { event_id, awaited: AwaitedKey::price(task_id) })
            .collect();
        Ok(Prepared { found, waits })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], prices: ResolvePrices) -> Result<Recorded, ReactionError> {
        let mut days = Vec::with_capacity(events.len());
        for event in events.iter().copied() {
            let task_id = resolved(event)?.task_id;
            days.push(
                remarkable(event, &prices)
                    .ok_or_else(|| ReactionError::Contradiction(format!("the price of task {task_id} was not looked up")))?,
            );
        }
        for generation in storage::generation::kept_up(connection).await? {
            storage::remarkable_task_by_day::keep_most_expensive(connection, generation, &days).await?;
        }
        Ok(dashboard_changed())
    }
}

fn resolved(event: &Event) -> Result<&TaskResolve, ReactionError> {
    match &event.fact {
        Fact::TaskResolve(resolved) => Ok(resolved),
        _ => Err(misdelivered(event)),
    }
}

/// The day on which a task was finished, and what that paid; nothing where the price is not known.
pub(crate) fn remarkable(event: &Event, prices: &ResolvePrices) -> Option<(BusinessDay, RemarkableTask)> {
    let Fact::TaskResolve(TaskResolve { task_id, .. }) = event.fact else { return None };
    Some((event.occurred.day, RemarkableTask { task_id, resolve_price: *prices.get(&task_id)? }))
}

/// What finishing these tasks paid, as accounting tells it; tasks without a price are left out.
pub(crate) async fn resolve_prices(accounting: &dyn Accounting, task_ids: &[TaskId]) -> Result<ResolvePrices, ReactionError> {
    let mut found = ResolvePrices::with_capacity(task_ids.len());
    for task_ids in task_ids.chunks(PRICE_IDS_MAX) {
        found.extend(accounting.prices(task_ids).await?.into_iter().map(|price| (price.task_id, price.resolve_price)));
    }
    Ok(found)
}
