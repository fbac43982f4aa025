use std::ops::RangeInclusive;

use contracts::{BusinessDay, ManagerIncomeByDayChange, Money};
use sqlx::{PgConnection, PgExecutor};

use crate::ledger::PostingKind;

/// What postings add to a day's totals.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Change {
    assign_fee: Money,
    resolve_price: Money,
}

impl Change {
    /// One posting more; nothing where the sum does not fit.
    pub(crate) fn and(self, kind: PostingKind, amount: Money) -> Option<Self> {
        Some(match kind {
            PostingKind::AssignFee => Self { assign_fee: self.assign_fee.checked_add(amount)?, ..self },
            PostingKind::ResolvePrice => Self { resolve_price: self.resolve_price.checked_add(amount)?, ..self },
        })
    }
}

/// Adds to the day's totals and raises its revision, under the lock of its row; answers what the day is now.
pub(crate) async fn add(connection: &mut PgConnection, day: BusinessDay, change: Change) -> sqlx::Result<ManagerIncomeByDayChange> {
    let row = sqlx::query!(
        "INSERT INTO accounting.manager_income_by_day AS income (date, total_assign_fee, total_resolve_price, revision)
         VALUES ($1, $2, $3, 1)
         ON CONFLICT (date) DO UPDATE
         SET total_assign_fee = income.total_assign_fee + excluded.total_assign_fee,
             total_resolve_price = income.total_resolve_price + excluded.total_resolve_price,
             revision = income.revision + 1
         RETURNING total_assign_fee, total_resolve_price, revision",
        day.0,
        change.assign_fee.cents(),
        change.resolve_price.cents()
    )
    .fetch_one(connection)
    .await?;
    Ok(ManagerIncomeByDayChange {
        date: day,
        total_assign_fee: Money::from_cents(row.total_assign_fee),
        total_resolve_price: Money::from_cents(row.total_resolve_price),
        revision: row.revision,
    })
}

/// The fees and the pay of a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) day: BusinessDay,
    pub(crate) assign_fee: Money,
    pub(crate) resolve_price: Money,
}

/// The totals of each of these days, in order; zero where nothing was booked.
pub(crate) async fn of_range(executor: impl PgExecutor<'_>, days: &RangeInclusive<BusinessDay>) -> sqlx::Result<Vec<Totals>> {
    let rows = sqlx::query!(
        r#"SELECT day::date AS "day!", coalesce(total_assign_fee, 0) AS "assign_fee!", coalesce(total_resolve_price, 0) AS "resolve_price!"
           FROM generate_series($1::date, $2::date, interval '1 day') AS day
           LEFT JOIN accounting.manager_income_by_day ON date = day::date
           ORDER BY day"#,
        days.start().0,
        days.end().0
    )
    .fetch_all(executor)
    .await?;
    let totals = rows.into_iter().map(|row| Totals {
        day: BusinessDay(row.day),
        assign_fee: Money::from_cents(row.assign_fee),
        resolve_price: Money::from_cents(row.resolve_price),
    });
    Ok(totals.collect())
}
