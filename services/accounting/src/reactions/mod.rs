//! What the service does when others speak, one file per event.

pub(crate) mod payroll_letter;
pub(crate) mod task_assign;
pub(crate) mod task_create;
pub(crate) mod task_resolve;

use std::collections::HashMap;

use contracts::{AwaitedKey, Event, EventId, TaskId, accounting::TaskPrice};
use platform::bus::{Prepared, ReactionError, Wait};
use sqlx::PgPool;

use crate::storage;

/// The prices of the tasks that events speak of. A price never changes, so what is found holds.
type Prices = HashMap<TaskId, TaskPrice>;

/// Looks up the prices of tasks; an event whose task has none yet waits for it, since events may arrive in any order
/// (specification, decisions 12 and 13).
async fn prices(pool: &PgPool, tasks_of_events: Vec<(EventId, TaskId)>) -> Result<Prepared<Prices>, ReactionError> {
    let task_ids: Vec<TaskId> = tasks_of_events.iter().map(|(_, task_id)| *task_id).collect();
    let prices = storage::task_price::by_task_ids(pool, &task_ids).await?;
    let found: Prices = prices.into_iter().map(|price| (price.task_id, price)).collect();
    let waits = tasks_of_events
        .into_iter()
        .filter(|(_, task_id)| !found.contains_key(task_id))
        .map(|(event_id, task_id)| Wait { event_id, awaited: AwaitedKey::price(task_id) })
        .collect();
    Ok(Prepared { found, waits })
}

/// The price of a task among those that were looked up.
fn price_of(prices: &Prices, task_id: TaskId) -> Result<&TaskPrice, ReactionError> {
    prices.get(&task_id).ok_or_else(|| ReactionError::Contradiction(format!("the price of task {task_id} was not looked up")))
}

/// A delivery of one kind of event carries another: the program is wrong, and trying again cannot help.
fn misdelivered(event: &Event) -> ReactionError {
    ReactionError::Contradiction(format!("this subscription does not hear of {}", event.fact.kind()))
}
