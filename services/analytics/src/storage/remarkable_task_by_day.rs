use contracts::{BusinessDay, analytics::RemarkableTask};
use sqlx::PgConnection;

use super::generation::Generation;

/// Keeps the most expensive task of each day: of those known and of these.
pub(crate) async fn keep_most_expensive(
    connection: &mut PgConnection,
    generation: Generation,
    days: &[(BusinessDay, RemarkableTask)],
) -> sqlx::Result<()> {
    let dates: Vec<_> = days.iter().map(|(day, _)| day.0).collect();
    let column = |value: fn(&RemarkableTask) -> i64| -> Vec<i64> { days.iter().map(|(_, task)| value(task)).collect() };
    sqlx::query!(
        "INSERT INTO analytics.remarkable_task_by_day AS known (generation, date, most_expensive_resolved_task_price, task_id)
         SELECT DISTINCT ON (date) $1::smallint, date, price, task_id
         FROM unnest($2::date[], $3::bigint[], $4::bigint[]) AS finished (date, price, task_id)
         ORDER BY date, price DESC, task_id
         ON CONFLICT (generation, date) DO UPDATE
         SET most_expensive_resolved_task_price = excluded.most_expensive_resolved_task_price, task_id = excluded.task_id
         WHERE (excluded.most_expensive_resolved_task_price, -excluded.task_id) > (known.most_expensive_resolved_task_price, -known.task_id)",
        generation.number(),
        &dates,
        &column(|task| task.resolve_price.cents()),
        &column(|task| task.task_id.0)
    )
    .execute(connection)
    .await
    .map(drop)
}
