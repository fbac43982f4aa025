use chrono::{DateTime, Utc};
use contracts::{AccountId, BusinessDay, EventId, LogId, Moment, Money, TaskId, accounting::EntryKind};
use serde::Deserialize;
use sqlx::{PgConnection, PgExecutor, types::Json};

use crate::ledger::{ExtraIds, PostingKind};

/// An entry to be added.
pub(crate) struct NewEntry {
    pub(crate) account_id: AccountId,
    pub(crate) entry_no: i64,
    pub(crate) entry_kind: EntryKind,
    pub(crate) amount: Money,
    pub(crate) balance_after: Money,
    pub(crate) extra_ids: ExtraIds,
    pub(crate) occurred: Moment,
}

/// Whether what is to be booked has been booked before.
pub(crate) enum Precedent {
    /// It has not.
    None,
    /// It has, for the same event.
    SameEvent,
    /// The task was paid for another event.
    OtherEvent(EventId),
}

/// An entry as it is shown.
pub(crate) struct StoredEntry {
    pub(crate) log_id: LogId,
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

/// Looks for the entry that a posting would repeat, by the keys that last for ever.
pub(crate) async fn precedent(
    connection: &mut PgConnection,
    kind: PostingKind,
    event_id: EventId,
    task_id: TaskId,
) -> sqlx::Result<Precedent> {
    let booked_for = match kind {
        PostingKind::AssignFee => {
            sqlx::query_scalar!(
                r#"SELECT (extra_ids ->> 'event_id')::uuid AS "event_id!" FROM accounting.account_log
                   WHERE type = 'WITHDRAW' AND extra_ids ->> 'event_id' = $1"#,
                event_id.to_string()
            )
            .fetch_optional(connection)
            .await?
        }
        PostingKind::ResolvePrice => {
            sqlx::query_scalar!(
                r#"SELECT (extra_ids ->> 'event_id')::uuid AS "event_id!" FROM accounting.account_log
                   WHERE type = 'DEPOSIT' AND extra_ids ->> 'task_id' = $1"#,
                task_id.to_string()
            )
            .fetch_optional(connection)
            .await?
        }
    };
    Ok(match booked_for.map(EventId) {
        None => Precedent::None,
        Some(booked) if booked == event_id => Precedent::SameEvent,
        Some(booked) => Precedent::OtherEvent(booked),
    })
}

/// Adds an entry.
pub(crate) async fn insert(connection: &mut PgConnection, entry: &NewEntry) -> sqlx::Result<LogId> {
    sqlx::query_scalar!(
        "INSERT INTO accounting.account_log
             (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         RETURNING log_id",
        entry.account_id.0,
        entry.entry_no,
        entry.entry_kind.name(),
        entry.amount.cents(),
        entry.balance_after.cents(),
        Json(entry.extra_ids) as _,
        entry.occurred.at,
        entry.occurred.day.0
    )
    .fetch_one(connection)
    .await
    .map(LogId)
}

/// Closing of the day before: the sum of everything booked on days before `day` (specification, decision 5).
pub(crate) async fn opening_balance(executor: impl PgExecutor<'_>, account_id: AccountId, day: BusinessDay) -> sqlx::Result<Money> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(sum(signed_amount), 0)::bigint AS "sum!" FROM accounting.account_log
           WHERE account_id = $1 AND business_day < $2"#,
        account_id.0,
        day.0
    )
    .fetch_one(executor)
    .await
    .map(Money::from_cents)
}

/// The account's entries of a day, in order.
pub(crate) async fn of_day(executor: impl PgExecutor<'_>, account_id: AccountId, day: BusinessDay) -> sqlx::Result<Vec<StoredEntry>> {
    #[derive(Debug, Deserialize)]
    struct TaskOf {
        task_id: Option<TaskId>,
    }

    sqlx::query!(
        r#"SELECT log_id, type AS entry_type, signed_amount AS "signed_amount!", extra_ids AS "extra_ids: Json<TaskOf>", event_time
           FROM accounting.account_log
           WHERE account_id = $1 AND business_day = $2
           ORDER BY entry_no"#,
        account_id.0,
        day.0
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(|row| {
        let entry_kind = EntryKind::named(&row.entry_type)
            .ok_or_else(|| sqlx::Error::Decode(Box::new(InconsistentEntry { log_id: row.log_id, entry_type: row.entry_type.clone() })))?;
        Ok(StoredEntry {
            log_id: LogId(row.log_id),
            entry_kind,
            signed_amount: Money::from_cents(row.signed_amount),
            task_id: row.extra_ids.0.task_id,
            event_time: row.event_time,
        })
    })
    .collect()
}
