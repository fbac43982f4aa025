//! What the service does when others speak, one file per event.

pub(crate) mod task_assign;
pub(crate) mod task_create;
pub(crate) mod task_resolve;

use contracts::{AwaitedKey, Fact, TaskId, accounting::TaskPrice};
use platform::bus::ReactionError;
use sqlx::PgConnection;

use crate::storage;

/// The price of a task, or the wish to wait for it: events may arrive in any order (specification, decisions 12 and 13).
async fn price_of(connection: &mut PgConnection, task_id: TaskId) -> Result<TaskPrice, ReactionError> {
    let prices = storage::task_price::by_task_ids(connection, &[task_id]).await?;
    prices.first().copied().ok_or_else(|| ReactionError::NotYet(AwaitedKey::price(task_id)))
}

/// A delivery of one kind of event carries another: the program is wrong, and trying again cannot help.
fn misdelivered(fact: &Fact) -> ReactionError {
    ReactionError::Contradiction(format!("this subscription does not hear of {}", fact.kind()))
}
