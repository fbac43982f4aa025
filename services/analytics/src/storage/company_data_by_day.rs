use std::{collections::BTreeMap, ops::RangeInclusive};

use contracts::{
    BusinessDay, ManagerIncomeByDayChange, Money, TaskId,
    analytics::{CompanyDay, RemarkableTask},
};
use sqlx::{PgConnection, PgExecutor};

use super::generation::Generation;

/// Takes over what days earned, each as its newest revision tells it.
pub(crate) async fn take_over_income(
    connection: &mut PgConnection,
    generation: Generation,
    changes: &[&ManagerIncomeByDayChange],
) -> sqlx::Result<()> {
    let column = |value: fn(&ManagerIncomeByDayChange) -> i64| -> Vec<i64> { changes.iter().copied().map(value).collect() };
    let days: Vec<_> = changes.iter().map(|change| change.date.0).collect();
    sqlx::query!(
        "INSERT INTO analytics.company_data_by_day AS known (generation, date, total_assign_fee, total_resolve_price, income_revision)
         SELECT DISTINCT ON (date) $1::smallint, date, fee, price, revision
         FROM unnest($2::date[], $3::bigint[], $4::bigint[], $5::bigint[]) AS change (date, fee, price, revision)
         ORDER BY date, revision DESC
         ON CONFLICT (generation, date) DO UPDATE
         SET total_assign_fee = excluded.total_assign_fee,
             total_resolve_price = excluded.total_resolve_price,
             income_revision = excluded.income_revision
         WHERE excluded.income_revision > known.income_revision",
        generation.number(),
        &days,
        &column(|change| change.total_assign_fee.cents()),
        &column(|change| change.total_resolve_price.cents()),
        &column(|change| change.revision)
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Adds to how the number of negative accounts changes on days.
pub(crate) async fn add_negative_accounts(
    connection: &mut PgConnection,
    generation: Generation,
    changes: &BTreeMap<BusinessDay, i64>,
) -> sqlx::Result<()> {
    let (days, changes): (Vec<_>, Vec<i64>) =
        changes.iter().filter(|(_, change)| **change != 0).map(|(day, change)| (day.0, *change)).unzip();
    if days.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO analytics.company_data_by_day AS known (generation, date, negative_balance_account_change)
         SELECT $1, date, change FROM unnest($2::date[], $3::bigint[]) AS added (date, change) ORDER BY date
         ON CONFLICT (generation, date) DO UPDATE
         SET negative_balance_account_change = known.negative_balance_account_change + excluded.negative_balance_account_change",
        generation.number(),
        &days,
        &changes
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The company on each of these days, in order, as the live generation tells it.
pub(crate) async fn of_range(executor: impl PgExecutor<'_>, days: &RangeInclusive<BusinessDay>) -> sqlx::Result<Vec<CompanyDay>> {
    // Two range scans, put together here: joined day by day, a year takes PostgreSQL three times as long. The first row sums up what was before.
    let rows = sqlx::query!(
        r#"WITH live AS (SELECT live_generation FROM analytics.read_model)
           SELECT NULL::date AS day, 0::bigint AS "assign_fee!", 0::bigint AS "resolve_price!",
               coalesce(sum(negative_balance_account_change), 0)::bigint AS "negative_accounts_change!",
               NULL::bigint AS task_id, NULL::bigint AS price
           FROM analytics.company_data_by_day WHERE generation = (TABLE live) AND date < $1
           UNION ALL
           SELECT date, total_assign_fee, total_resolve_price, negative_balance_account_change, NULL, NULL
           FROM analytics.company_data_by_day WHERE generation = (TABLE live) AND date BETWEEN $1 AND $2
           UNION ALL
           SELECT date, 0, 0, 0, task_id, most_expensive_resolved_task_price
           FROM analytics.remarkable_task_by_day WHERE generation = (TABLE live) AND date BETWEEN $1 AND $2"#,
        days.start().0,
        days.end().0
    )
    .fetch_all(executor)
    .await?;
    let mut told: Vec<CompanyDay> = days.start().0.iter_days().take_while(|day| *day <= days.end().0).map(BusinessDay).map(quiet).collect();
    let mut before = 0;
    for row in rows {
        let Some(day) = row.day else {
            before = row.negative_accounts_change;
            continue;
        };
        let Ok(index) = told.binary_search_by_key(&BusinessDay(day), |day| day.day) else { continue };
        let day = &mut told[index];
        if let Some((task_id, price)) = row.task_id.zip(row.price) {
            day.most_expensive = Some(RemarkableTask { task_id: TaskId(task_id), resolve_price: Money::from_cents(price) });
        } else {
            day.total_assign_fee = Money::from_cents(row.assign_fee);
            day.total_resolve_price = Money::from_cents(row.resolve_price);
            day.negative_balance_account_count = row.negative_accounts_change;
        }
    }
    for day in &mut told {
        before += day.negative_balance_account_count;
        day.negative_balance_account_count = before;
        day.income = [day.total_assign_fee, -day.total_resolve_price].into_iter().sum();
    }
    Ok(told)
}

/// A day on which nothing happened.
fn quiet(day: BusinessDay) -> CompanyDay {
    CompanyDay {
        day,
        total_assign_fee: Money::ZERO,
        total_resolve_price: Money::ZERO,
        income: Money::ZERO,
        negative_balance_account_count: 0,
        most_expensive: None,
    }
}

/// The first day on which the two generations differ, and how; nothing where they agree.
pub(crate) async fn first_difference(connection: &mut PgConnection, live: Generation) -> sqlx::Result<Option<String>> {
    let difference = sqlx::query_scalar!(
        r#"WITH date AS (
               SELECT date FROM analytics.company_data_by_day UNION SELECT date FROM analytics.remarkable_task_by_day
           ), told AS (
               SELECT generation, date, format('fees %s, rewards %s, %s negative accounts, most expensive task %s at %s',
                   coalesce(total_assign_fee, 0), coalesce(total_resolve_price, 0),
                   sum(coalesce(negative_balance_account_change, 0)) OVER (PARTITION BY generation ORDER BY date),
                   coalesce(task_id::text, '-'), coalesce(most_expensive_resolved_task_price::text, '-')) AS words
               FROM (VALUES (0::smallint), (1::smallint)) AS both_of (generation) CROSS JOIN date
               LEFT JOIN analytics.company_data_by_day USING (generation, date)
               LEFT JOIN analytics.remarkable_task_by_day USING (generation, date)
           )
           SELECT format('%s: %s; rebuilt: %s', date, max(words) FILTER (WHERE generation = $1), max(words) FILTER (WHERE generation <> $1))
               AS "difference!"
           FROM told GROUP BY date HAVING min(words) <> max(words)
           ORDER BY date LIMIT 1"#,
        live.number()
    );
    difference.fetch_optional(connection).await
}
