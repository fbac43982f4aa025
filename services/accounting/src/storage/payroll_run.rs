use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{
    AccountId, BusinessDay, Money, UserId,
    payroll::{PayrollRun, PayrollStatus},
};
use sqlx::{PgConnection, PgExecutor, types::chrono::NaiveDate};
use uuid::Uuid;

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("the payroll run of {business_day} has the status {status:?}")]
struct InconsistentRun {
    business_day: NaiveDate,
    status: String,
}

/// A run as it is stored.
pub(crate) struct Row {
    business_day: NaiveDate,
    status: String,
    started_at: DateTime<Utc>,
    started_by: Option<Uuid>,
    unfinished_deliveries: Option<i64>,
    finished_at: Option<DateTime<Utc>>,
    letters: i64,
    unsent_letters: i64,
    accounts: i64,
    payouts: i64,
    paid: i64,
    debtors: i64,
    debt: i64,
}

impl TryFrom<Row> for PayrollRun {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        Ok(Self {
            day: BusinessDay(row.business_day),
            status: status(row.business_day, row.status)?,
            started_at: row.started_at,
            started_by: row.started_by.map(UserId),
            unfinished_deliveries: row.unfinished_deliveries,
            finished_at: row.finished_at,
            letters: row.letters,
            unsent_letters: row.unsent_letters,
            accounts: row.accounts,
            payouts: row.payouts,
            paid: Money::from_cents(row.paid),
            debtors: row.debtors,
            debt: Money::from_cents(row.debt),
        })
    }
}

fn status(business_day: NaiveDate, status: String) -> sqlx::Result<PayrollStatus> {
    PayrollStatus::named(&status).ok_or_else(|| sqlx::Error::Decode(Box::new(InconsistentRun { business_day, status })))
}

/// The newest runs of days before `before`.
pub(crate) async fn newest(executor: impl PgExecutor<'_>, before: Option<BusinessDay>, limit: i64) -> sqlx::Result<Vec<PayrollRun>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT business_day, status, started_at, started_by, unfinished_deliveries, finished_at, accounts, payouts, paid, debtors, debt,
             letters, (
                 SELECT count(*) FROM accounting.letter WHERE letter.business_day = payroll_run.business_day AND sent_at IS NULL
             ) AS "unsent_letters!"
         FROM accounting.payroll_run
         WHERE $1::date IS NULL OR business_day < $1
         ORDER BY business_day DESC
         LIMIT $2"#,
        before.map(|day| day.0),
        limit
    );
    rows.fetch_all(executor).await?.into_iter().map(PayrollRun::try_from).collect()
}

/// The run of a day.
pub(crate) async fn of_day(executor: impl PgExecutor<'_>, day: BusinessDay) -> sqlx::Result<Option<PayrollRun>> {
    let runs = newest(executor, Some(day.next()), 1).await?;
    Ok(runs.into_iter().find(|run| run.day == day))
}

/// The day of the earliest run that is not done, and how far it is.
pub(crate) async fn first_unfinished(executor: impl PgExecutor<'_>) -> sqlx::Result<Option<(BusinessDay, PayrollStatus)>> {
    let row = sqlx::query!("SELECT business_day, status FROM accounting.payroll_run WHERE status <> 'done' ORDER BY business_day LIMIT 1");
    row.fetch_optional(executor).await?.map(|row| Ok((BusinessDay(row.business_day), status(row.business_day, row.status)?))).transpose()
}

/// The first day that has no run yet: the one after the last run's, or where there was none, the first day of the ledger.
pub(crate) async fn first_day_without(executor: impl PgExecutor<'_>) -> sqlx::Result<Option<BusinessDay>> {
    let day = sqlx::query_scalar!(
        "SELECT coalesce((SELECT max(business_day) + 1 FROM accounting.payroll_run), (SELECT min(date) FROM accounting.manager_income_by_day))"
    );
    Ok(day.fetch_one(executor).await?.map(BusinessDay))
}

/// Starts the runs of all days up to `last` that have none, from the first day without one on.
///
/// One at a time: the first day of the ledger may become an earlier one by what is booked late, as long as there is no run. Two who
/// started from different days would have the earlier day paid after the later one.
pub(crate) async fn start(connection: &mut PgConnection, last: BusinessDay, started_by: Option<UserId>) -> sqlx::Result<u64> {
    sqlx::query!("LOCK TABLE accounting.payroll_run IN SHARE ROW EXCLUSIVE MODE").execute(&mut *connection).await?;
    let Some(first) = first_day_without(&mut *connection).await? else { return Ok(0) };
    sqlx::query!(
        "INSERT INTO accounting.payroll_run (business_day, started_by)
         SELECT day::date, $3 FROM generate_series($1::date, $2::date, interval '1 day') AS day",
        first.0,
        last.0,
        started_by.map(|user_id| user_id.0)
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}

/// Lets a run book, if it waits, and everything of its day is booked or it has waited for long enough. Answers how many deliveries of
/// the day are not finished.
pub(crate) async fn begin_booking(executor: impl PgExecutor<'_>, day: BusinessDay, patience: Duration) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"UPDATE accounting.payroll_run
           SET status = 'booking', booking_since = now(), unfinished_deliveries = unfinished.count
           FROM (SELECT bus.unfinished_deliveries($1) AS count) AS unfinished
           WHERE business_day = $1 AND status = 'waiting' AND (unfinished.count = 0 OR started_at <= now() - make_interval(secs => $2))
           RETURNING unfinished_deliveries AS "count!""#,
        day.0,
        patience.as_secs_f64()
    )
    .fetch_optional(executor)
    .await
}

/// Where a run is that books, under its lock: which account it has looked at last. Nothing where it does not book.
pub(crate) async fn lock(connection: &mut PgConnection, day: BusinessDay) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(
        "SELECT last_account_id FROM accounting.payroll_run WHERE business_day = $1 AND status = 'booking' FOR NO KEY UPDATE",
        day.0
    )
    .fetch_optional(connection)
    .await
    .map(|row| row.map(AccountId))
}

/// What a batch of accounts adds to a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    pub(crate) accounts: i64,
    pub(crate) payouts: i64,
    pub(crate) paid: Money,
    pub(crate) debtors: i64,
    pub(crate) debt: Money,
    pub(crate) letters: i64,
}

impl Progress {
    /// One account more.
    pub(crate) fn add(&mut self, payout: Option<Money>, debt: Money) {
        self.accounts += 1;
        self.payouts += i64::from(payout.is_some());
        self.paid = [self.paid, payout.unwrap_or_default()].into_iter().sum();
        self.debtors += i64::from(debt.is_negative());
        self.debt = [self.debt, debt].into_iter().sum();
    }
}

/// Adds a batch to a locked run.
pub(crate) async fn advance(connection: &mut PgConnection, day: BusinessDay, last: AccountId, progress: Progress) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE accounting.payroll_run
         SET last_account_id = $2, accounts = accounts + $3, payouts = payouts + $4, paid = paid + $5, debtors = debtors + $6,
             debt = debt + $7, letters = letters + $8
         WHERE business_day = $1",
        day.0,
        last.0,
        progress.accounts,
        progress.payouts,
        progress.paid.cents(),
        progress.debtors,
        progress.debt.cents(),
        progress.letters
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Ends a locked run.
pub(crate) async fn finish(connection: &mut PgConnection, day: BusinessDay) -> sqlx::Result<()> {
    sqlx::query!("UPDATE accounting.payroll_run SET status = 'done', finished_at = now() WHERE business_day = $1", day.0)
        .execute(connection)
        .await
        .map(drop)
}
