use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
};

use chrono::{DateTime, Utc};
use contracts::{AccountId, BusinessDay, EventId, LogId, Moment, Money, TaskId, accounting::EntryKind};
use serde::Deserialize;
use sqlx::{PgConnection, PgExecutor, types::Json};

use crate::ledger::ExtraIds;

/// An entry to be added.
pub(crate) struct NewEntry {
    pub(crate) account_id: AccountId,
    pub(crate) entry_no: i64,
    pub(crate) entry_kind: EntryKind,
    pub(crate) amount: Money,
    pub(crate) signed_amount: Money,
    pub(crate) balance_before: Money,
    pub(crate) balance_after: Money,
    pub(crate) extra_ids: ExtraIds,
    pub(crate) occurred: Moment,
}

/// An entry as it is shown.
pub(crate) struct StoredEntry {
    pub(crate) log_id: LogId,
    pub(crate) entry_no: i64,
    pub(crate) entry_kind: EntryKind,
    pub(crate) signed_amount: Money,
    pub(crate) task_id: Option<TaskId>,
    pub(crate) event_time: DateTime<Utc>,
}

/// A row that no version of the program can have written.
#[derive(Debug, thiserror::Error)]
#[error("entry {log_id} of the ledger is inconsistent: its type is {entry_type:?}")]
struct InconsistentEntry {
    log_id: i64,
    entry_type: String,
}

/// Those of these assignments that were charged before, by the key that lasts for ever.
pub(crate) async fn charged_events(connection: &mut PgConnection, events: impl Iterator<Item = EventId>) -> sqlx::Result<HashSet<EventId>> {
    let event_ids: Vec<String> = events.map(|event_id| event_id.to_string()).collect();
    let charged = sqlx::query_scalar!(
        r#"SELECT (extra_ids ->> 'event_id')::uuid AS "event_id!" FROM accounting.account_log
           WHERE type = 'WITHDRAW' AND extra_ids ->> 'event_id' = ANY ($1)"#,
        &event_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(charged.into_iter().map(EventId).collect())
}

/// Those of these tasks that were paid before, by the key that lasts for ever, and for which event.
pub(crate) async fn paid_tasks(
    connection: &mut PgConnection,
    tasks: impl Iterator<Item = TaskId>,
) -> sqlx::Result<HashMap<TaskId, EventId>> {
    let task_ids: Vec<String> = tasks.map(|task_id| task_id.to_string()).collect();
    let paid = sqlx::query!(
        r#"SELECT (extra_ids ->> 'task_id')::bigint AS "task_id!", (extra_ids ->> 'event_id')::uuid AS "event_id!"
           FROM accounting.account_log
           WHERE type = 'DEPOSIT' AND extra_ids ->> 'task_id' = ANY ($1)"#,
        &task_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(paid.into_iter().map(|row| (TaskId(row.task_id), EventId(row.event_id))).collect())
}

/// Adds entries; answers their ids in the same order.
pub(crate) async fn insert(connection: &mut PgConnection, entries: &[NewEntry]) -> sqlx::Result<Vec<LogId>> {
    let rows = sqlx::query!(
        "INSERT INTO accounting.account_log
             (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::timestamptz[], $8::date[])
         RETURNING log_id, account_id, entry_no",
        &column(entries, |entry| entry.account_id.0),
        &column(entries, |entry| entry.entry_no),
        &column(entries, |entry| entry.entry_kind.name().to_owned()),
        &column(entries, |entry| entry.amount.cents()),
        &column(entries, |entry| entry.balance_after.cents()),
        &column(entries, |entry| Json(entry.extra_ids)) as _,
        &column(entries, |entry| entry.occurred.at),
        &column(entries, |entry| entry.occurred.day.0)
    )
    .fetch_all(connection)
    .await?;
    let log_ids: HashMap<(i64, i64), i64> = rows.into_iter().map(|row| ((row.account_id, row.entry_no), row.log_id)).collect();
    let id_of = |entry: &NewEntry| log_ids.get(&(entry.account_id.0, entry.entry_no)).copied().map(LogId);
    entries.iter().map(|entry| id_of(entry).ok_or(sqlx::Error::RowNotFound)).collect()
}

/// One column of many entries, as PostgreSQL takes it.
fn column<T>(entries: &[NewEntry], value: impl Fn(&NewEntry) -> T) -> Vec<T> {
    entries.iter().map(value).collect()
}

/// An account's day in sums.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DayBalances {
    /// Closing of the day before (specification, decision 5).
    pub(crate) opening: Money,
    /// What the day's entries up to a given one add to it.
    pub(crate) before: Money,
    /// Closing of the day.
    pub(crate) closing: Money,
    /// How many entries the day has.
    pub(crate) entries: i64,
}

/// The sums of a day, up to the entry of the number `last_entry_no` among others. Only this day's and later entries are added up: all
/// others make up the balance.
pub(crate) async fn balances_of_day(
    executor: impl PgExecutor<'_>,
    account_id: AccountId,
    day: BusinessDay,
    last_entry_no: i64,
) -> sqlx::Result<DayBalances> {
    let row = sqlx::query!(
        r#"SELECT balance, coalesce(sum(signed_amount), 0)::bigint AS "from_day_on!",
               coalesce(sum(signed_amount) FILTER (WHERE business_day = $2), 0)::bigint AS "of_day!",
               coalesce(sum(signed_amount) FILTER (WHERE business_day = $2 AND entry_no <= $3), 0)::bigint AS "before!",
               count(*) FILTER (WHERE business_day = $2) AS "entries!"
           FROM accounting.account
           LEFT JOIN accounting.account_log ON account_log.account_id = account.account_id AND business_day >= $2
           WHERE account.account_id = $1
           GROUP BY balance"#,
        account_id.0,
        day.0,
        last_entry_no
    )
    .fetch_one(executor)
    .await?;
    let opening = row.balance - row.from_day_on;
    Ok(DayBalances {
        opening: Money::from_cents(opening),
        before: Money::from_cents(row.before),
        closing: Money::from_cents(opening + row.of_day),
        entries: row.entries,
    })
}

/// What was booked for tasks on an account on a day, up to one of its entries.
pub(crate) struct DaySums {
    pub(crate) entries: i64,
    pub(crate) fees: Money,
    pub(crate) rewards: Money,
}

/// Adds up what was booked for tasks on a day, up to the entry of this number.
pub(crate) async fn sums_of_day(
    executor: impl PgExecutor<'_>,
    account_id: AccountId,
    day: BusinessDay,
    last_entry_no: i64,
) -> sqlx::Result<DaySums> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "entries!", coalesce(sum(amount) FILTER (WHERE type = 'WITHDRAW'), 0)::bigint AS "fees!",
               coalesce(sum(amount) FILTER (WHERE type = 'DEPOSIT'), 0)::bigint AS "rewards!"
           FROM accounting.account_log
           WHERE account_id = $1 AND business_day = $2 AND entry_no <= $3 AND type <> 'CLEAR'"#,
        account_id.0,
        day.0,
        last_entry_no
    )
    .fetch_one(executor)
    .await?;
    Ok(DaySums { entries: row.entries, fees: Money::from_cents(row.fees), rewards: Money::from_cents(row.rewards) })
}

/// The account's entries of a day whose numbers lie in between, in order; at most `limit`.
pub(crate) async fn of_day(
    executor: impl PgExecutor<'_>,
    account_id: AccountId,
    day: BusinessDay,
    entry_nos: RangeInclusive<i64>,
    limit: i64,
) -> sqlx::Result<Vec<StoredEntry>> {
    #[derive(Debug, Deserialize)]
    struct TaskOf {
        task_id: Option<TaskId>,
    }

    sqlx::query!(
        r#"SELECT log_id, entry_no, type AS entry_type, signed_amount AS "signed_amount!", extra_ids AS "extra_ids: Json<TaskOf>", event_time
           FROM accounting.account_log
           WHERE account_id = $1 AND business_day = $2 AND entry_no BETWEEN $3 AND $4
           ORDER BY entry_no
           LIMIT $5"#,
        account_id.0,
        day.0,
        entry_nos.start(),
        entry_nos.end(),
        limit
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(|row| {
        let entry_kind = EntryKind::named(&row.entry_type)
            .ok_or_else(|| sqlx::Error::Decode(Box::new(InconsistentEntry { log_id: row.log_id, entry_type: row.entry_type.clone() })))?;
        Ok(StoredEntry {
            log_id: LogId(row.log_id),
            entry_no: row.entry_no,
            entry_kind,
            signed_amount: Money::from_cents(row.signed_amount),
            task_id: row.extra_ids.0.task_id,
            event_time: row.event_time,
        })
    })
    .collect()
}
