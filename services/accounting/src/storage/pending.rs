//! What the bus has not delivered yet.

use chrono::{DateTime, Utc};
use contracts::{TaskId, UserId, accounting::EntryKind};
use sqlx::PgExecutor;

/// How many deliveries are looked at, of those that wait and of those that were given up: as many as take no noticeable time. In quiet times there are only a few.
const LOOKED_AT_MAX: i32 = 2_000;

/// What happened to an employee's tasks and is not booked yet.
pub(crate) struct PendingEvents {
    /// In the order in which it happened.
    pub(crate) entries: Vec<PendingEvent>,
    /// Whether there may be more than was looked at.
    pub(crate) more: bool,
}

/// Something that is to be booked.
pub(crate) struct PendingEvent {
    pub(crate) entry_kind: EntryKind,
    pub(crate) task_id: TaskId,
    pub(crate) occurred_at: DateTime<Utc>,
    /// Whether its delivery is a dead letter.
    pub(crate) given_up: bool,
}

/// What is pending for an employee.
pub(crate) async fn of_user(executor: impl PgExecutor<'_>, user_id: UserId) -> sqlx::Result<PendingEvents> {
    let pending = sqlx::query!(
        r#"SELECT more AS "more!", kind, task_id, occurred_at, given_up FROM bus.pending_events($1, $2)"#,
        user_id.0,
        LOOKED_AT_MAX
    )
    .fetch_all(executor)
    .await?;
    let more = pending.iter().any(|row| row.more);
    // Where nothing is pending there is a row all the same, without an event.
    let entries = pending.into_iter().filter_map(|row| {
        Some(PendingEvent {
            entry_kind: if row.kind? == "task_assign" { EntryKind::Withdraw } else { EntryKind::Deposit },
            task_id: TaskId(row.task_id?),
            occurred_at: row.occurred_at?,
            given_up: row.given_up?,
        })
    });
    Ok(PendingEvents { entries: entries.collect(), more })
}
