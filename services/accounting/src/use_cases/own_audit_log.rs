use std::collections::{BTreeSet, HashMap};

use contracts::{
    BusinessDay, Caller, Money, ServiceError, TaskId,
    accounting::{AuditLog, AuditLogEntry},
    tracker::{TASK_IDS_MAX, Task},
};
use platform::database::Failure;

use crate::{
    Accounting,
    storage::{self, account_log::StoredEntry},
};

/// The caller's entries of a business day with the running sum, and with each task in full (specification, §3).
pub(crate) async fn own_audit_log(accounting: &Accounting, caller: Caller, day: Option<BusinessDay>) -> Result<AuditLog, Failure> {
    let day = match day {
        Some(day) => day,
        None => accounting.clock.moment(&accounting.pool).await?.day,
    };
    // In one snapshot: what is booked meanwhile must not stand between the opening and the entries.
    let mut snapshot = accounting.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let Some((account_id, _)) = storage::account::of_user(&mut *snapshot, caller.user_id).await? else {
        return Ok(AuditLog { day, opening_balance: Money::ZERO, entries: Vec::new() });
    };
    let opening_balance = storage::account_log::opening_balance(&mut *snapshot, account_id, day).await?;
    let stored = storage::account_log::of_day(&mut *snapshot, account_id, day, i64::MAX, i64::MAX).await?;
    snapshot.commit().await?;
    let tasks = tasks_of(accounting, &stored).await?;

    let mut balance = opening_balance;
    let entries = stored
        .into_iter()
        .map(|entry| {
            balance = [balance, entry.signed_amount].into_iter().sum();
            AuditLogEntry {
                log_id: entry.log_id,
                entry_kind: entry.entry_kind,
                signed_amount: entry.signed_amount,
                balance_after: balance,
                event_time: entry.event_time,
                task: entry.task_id.and_then(|task_id| tasks.get(&task_id).cloned()),
            }
        })
        .collect();
    Ok(AuditLog { day, opening_balance, entries })
}

/// The tasks that the entries speak of, asked of the tracker in as few calls as it allows: mostly one.
pub(crate) async fn tasks_of(accounting: &Accounting, entries: &[StoredEntry]) -> Result<HashMap<TaskId, Task>, ServiceError> {
    let task_ids: Vec<TaskId> = entries.iter().filter_map(|entry| entry.task_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut tasks = HashMap::with_capacity(task_ids.len());
    for chunk in task_ids.chunks(TASK_IDS_MAX) {
        tasks.extend(accounting.tracker.tasks(chunk).await?.into_iter().map(|task| (task.task_id, task)));
    }
    Ok(tasks)
}
