use std::collections::HashSet;

use contracts::LogId;
use sqlx::PgConnection;

use super::generation::Generation;

/// Notes that entries are counted; answers those that were not before.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    generation: Generation,
    log_ids: impl Iterator<Item = LogId>,
) -> sqlx::Result<HashSet<LogId>> {
    let log_ids: Vec<i64> = log_ids.map(|log_id| log_id.0).collect();
    // In the order of their numbers, so that of two who count the same ones neither waits for the other in a circle.
    let new = sqlx::query_scalar!(
        "INSERT INTO analytics.counted_entry (generation, log_id)
         SELECT $1, log_id FROM unnest($2::bigint[]) AS log_id ORDER BY log_id
         ON CONFLICT DO NOTHING
         RETURNING log_id",
        generation.number(),
        &log_ids
    );
    Ok(new.fetch_all(connection).await?.into_iter().map(LogId).collect())
}
