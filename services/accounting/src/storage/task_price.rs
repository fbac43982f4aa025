use chrono::{DateTime, Utc};
use contracts::{Money, TaskId, accounting::TaskPrice};
use sqlx::{PgConnection, PgExecutor};

/// Stores a task's price unless it has one: the first one drawn stays.
pub(crate) async fn insert_once(connection: &mut PgConnection, price: &TaskPrice, creation_time: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time) VALUES ($1, $2, $3, $4)
         ON CONFLICT (task_id) DO NOTHING",
        price.task_id.0,
        price.assign_fee.cents(),
        price.resolve_price.cents(),
        creation_time
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
