use chrono::{DateTime, Utc};
use contracts::{Money, TaskId, accounting::TaskPrice};
use sqlx::{PgConnection, PgExecutor};

/// Stores prices and when their tasks were created. A task that has a price keeps it: the first one drawn stays.
pub(crate) async fn insert_once(connection: &mut PgConnection, prices: &[(TaskPrice, DateTime<Utc>)]) -> sqlx::Result<()> {
    let task_ids: Vec<i64> = prices.iter().map(|(price, _)| price.task_id.0).collect();
    let assign_fees: Vec<i64> = prices.iter().map(|(price, _)| price.assign_fee.cents()).collect();
    let resolve_prices: Vec<i64> = prices.iter().map(|(price, _)| price.resolve_price.cents()).collect();
    let creation_times: Vec<DateTime<Utc>> = prices.iter().map(|(_, creation_time)| *creation_time).collect();
    sqlx::query!(
        "INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[])
         ON CONFLICT (task_id) DO NOTHING",
        &task_ids,
        &assign_fees,
        &resolve_prices,
        &creation_times
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The prices of these tasks, in no particular order; tasks without a price are left out.
pub(crate) async fn by_task_ids(executor: impl PgExecutor<'_>, task_ids: &[TaskId]) -> sqlx::Result<Vec<TaskPrice>> {
    let task_ids: Vec<i64> = task_ids.iter().map(|task_id| task_id.0).collect();
    let rows = sqlx::query!("SELECT task_id, assign_fee, resolve_price FROM accounting.task_price WHERE task_id = ANY ($1)", &task_ids)
        .fetch_all(executor)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TaskPrice {
            task_id: TaskId(row.task_id),
            assign_fee: Money::from_cents(row.assign_fee),
            resolve_price: Money::from_cents(row.resolve_price),
        })
        .collect())
}
