//! Deliveries: all have come to an end, and to the right one.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::EventId;
use sqlx::PgPool;
use testbed::Installation;

use super::Verdict;
use crate::model::Model;

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

async fn dead_letters(owner: &PgPool, model: &Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("dead letters are exactly the poisoned events, and say why");
    let dead: Vec<(uuid::Uuid, i64, String, Option<String>)> =
        sqlx::query_as("SELECT event_id, delivery_id, subscription, last_error FROM bus.delivery WHERE status = 'dead'")
            .fetch_all(owner)
            .await?;
    let mut missing: BTreeMap<EventId, &str> = model.poisoned.iter().map(|poisoned| (poisoned.event_id, poisoned.error_part)).collect();
    for (event_id, delivery_id, subscription, error) in &dead {
        let error = error.as_deref().unwrap_or_default();
        match missing.remove(&EventId(*event_id)) {
            Some(part) if error.contains(part) => {}
            Some(part) => verdict.breaks(|| format!("delivery {delivery_id} says `{error}` and not `{part}`")),
            None => verdict.breaks(|| format!("nobody poisoned delivery {delivery_id} of {subscription}: {error}")),
        }
    }
    for (event_id, part) in missing {
        verdict.breaks(|| format!("event {event_id} was poisoned (`{part}`) and is no dead letter"));
    }
    Ok(verdict.having_counted(format!("{} dead, {} poisoned", dead.len(), model.poisoned.len())))
}
