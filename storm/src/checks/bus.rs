//! Deliveries: all have come to an end, and to the right one.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::{EventId, TaskId};
use sqlx::PgPool;
use testbed::Installation;

use super::Verdict;
use crate::{model::Model, poison::PRICE_WILL_NOT_COME};

pub(super) async fn check(installation: &Installation, model: &Model) -> Result<Vec<Verdict>> {
    Ok(vec![ends(&installation.owner).await?, dead_letters(&installation.owner, model).await?])
}

async fn ends(owner: &PgPool) -> Result<Verdict> {
    let mut verdict = Verdict::of("every delivery is done or dead");
    let by_status: Vec<(String, i64)> =
        sqlx::query_as("SELECT status, count(*) FROM bus.delivery GROUP BY status ORDER BY status").fetch_all(owner).await?;
    for (status, count) in by_status.iter().filter(|(status, _)| !["done", "dead"].contains(&status.as_str())) {
        verdict.breaks(|| format!("{count} are {status}"));
    }
    let counted: Vec<String> = by_status.iter().map(|(status, count)| format!("{count} {status}")).collect();
    Ok(verdict.having_counted(counted.join(", ")))
}

/// A delivery that was given up.
#[derive(Debug, sqlx::FromRow)]
struct DeadLetter {
    event_id: uuid::Uuid,
    delivery_id: i64,
    subscription: String,
    last_error: Option<String>,
    /// The task, where a reassign run gave it to somebody.
    reassigned_task_id: Option<i64>,
}

async fn dead_letters(owner: &PgPool, model: &Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("dead letters are exactly the poisoned events, and say why");
    let dead = sqlx::query_as::<_, DeadLetter>(
        "SELECT event_id, delivery_id, subscription, last_error,
             CASE WHEN payload ->> 'run_id' IS NOT NULL THEN (payload ->> 'task_id')::bigint END AS reassigned_task_id
         FROM bus.delivery JOIN bus.event USING (event_id) WHERE status = 'dead'",
    )
    .fetch_all(owner)
    .await?;
    let mut priceless = 0;
    let mut missing: BTreeMap<EventId, &str> = model.poisoned.iter().map(|poisoned| (poisoned.event_id, poisoned.error_part)).collect();
    for letter in &dead {
        let DeadLetter { event_id, delivery_id, subscription, last_error, reassigned_task_id } = letter;
        let error = last_error.as_deref().unwrap_or_default();
        match missing.remove(&EventId(*event_id)) {
            Some(part) if error.contains(part) => {}
            Some(part) => verdict.breaks(|| format!("delivery {delivery_id} says `{error}` and not `{part}`")),
            // A run gives a task beyond price to somebody, too, and nobody can be charged for it.
            None if reassigned_task_id.is_some_and(|task_id| model.never_priced.contains(&TaskId(task_id)))
                && error.contains(PRICE_WILL_NOT_COME) =>
            {
                priceless += 1;
            }
            None => verdict.breaks(|| format!("nobody poisoned delivery {delivery_id} of {subscription}: {error}")),
        }
    }
    for (event_id, part) in missing {
        verdict.breaks(|| format!("event {event_id} was poisoned (`{part}`) and is no dead letter"));
    }
    Ok(verdict.having_counted(format!("{} dead, {} poisoned, {priceless} reassigned without a price", dead.len(), model.poisoned.len())))
}
