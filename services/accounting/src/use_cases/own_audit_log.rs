use std::collections::{BTreeSet, HashMap};

use contracts::{
    BusinessDay, Caller, Money, ServiceError, TaskId,
    accounting::{AUDIT_LOG_ENTRIES_MAX, AuditLog, AuditLogEntry, AuditLogPart},
    tracker::{TASK_IDS_MAX, Task},
};
use platform::database::Failure;
use sqlx::PgConnection;

use crate::{
    Accounting,
    storage::{
        self,
        account_log::{DayBalances, StoredEntry},
    },
};

/// The caller's entries of a business day with the running sum, and with each task in full (specification, §3).
pub(crate) async fn own_audit_log(accounting: &Accounting, caller: Caller, part: AuditLogPart) -> Result<AuditLog, Failure> {
    let mut snapshot = accounting.snapshot().await?;
    let stored = StoredLog::read(accounting, &mut snapshot, caller, part).await?;
    snapshot.commit().await?;
    let tasks = tasks_by_id(accounting, stored.task_ids()).await?;
    Ok(stored.with(&tasks))
}

/// A part of an audit log as it is stored, without what the tracker knows.
pub(super) struct StoredLog {
    day: BusinessDay,
    today: BusinessDay,
    balances: DayBalances,
    has_pay_slip: bool,
    entries: Vec<StoredEntry>,
    /// Whether the day has more.
    goes_on: bool,
}

impl StoredLog {
    /// Reads it in a snapshot: what is booked meanwhile must not stand between the opening and the entries.
    pub(super) async fn read(
        accounting: &Accounting,
        snapshot: &mut PgConnection,
        caller: Caller,
        AuditLogPart { day, after }: AuditLogPart,
    ) -> sqlx::Result<Self> {
        let today = accounting.clock.moment(&mut *snapshot).await?.day;
        let day = day.unwrap_or(today);
        let after = after.unwrap_or(0);
        let Some((account_id, _)) = storage::account::of_user(&mut *snapshot, caller.user_id).await? else {
            let balances = DayBalances::default();
            return Ok(Self { day, today, balances, has_pay_slip: false, entries: Vec::new(), goes_on: false });
        };
        let balances = storage::account_log::balances_of_day(&mut *snapshot, account_id, day, after).await?;
        // One more is asked for: it tells whether there is a next part.
        let limit = i64::try_from(AUDIT_LOG_ENTRIES_MAX + 1).unwrap_or(i64::MAX);
        let entry_nos = after.saturating_add(1)..=i64::MAX;
        let mut entries = storage::account_log::of_day(&mut *snapshot, account_id, day, entry_nos, limit).await?;
        let goes_on = entries.len() > AUDIT_LOG_ENTRIES_MAX;
        entries.truncate(AUDIT_LOG_ENTRIES_MAX);
        let has_pay_slip = storage::letter::of_user(&mut *snapshot, caller.user_id, day).await?.is_some();
        Ok(Self { day, today, balances, has_pay_slip, entries, goes_on })
    }

    /// Which tasks it speaks of.
    pub(super) fn task_ids(&self) -> impl Iterator<Item = TaskId> {
        self.entries.iter().filter_map(|entry| entry.task_id)
    }

    /// The entries with their tasks and the sum after each.
    pub(super) fn with(self, tasks: &HashMap<TaskId, Task>) -> AuditLog {
        let Self { day, today, balances, has_pay_slip, entries, goes_on } = self;
        let balance_before = [balances.opening, balances.before].into_iter().sum();
        let mut balance: Money = balance_before;
        let entry = |entry: StoredEntry| {
            balance = [balance, entry.signed_amount].into_iter().sum();
            AuditLogEntry {
                log_id: entry.log_id,
                entry_no: entry.entry_no,
                entry_kind: entry.entry_kind,
                signed_amount: entry.signed_amount,
                balance_after: balance,
                event_time: entry.event_time,
                task: entry.task_id.and_then(|task_id| tasks.get(&task_id).cloned()),
            }
        };
        AuditLog {
            day,
            today,
            opening_balance: balances.opening,
            closing_balance: balances.closing,
            entry_count: balances.entries,
            has_pay_slip,
            balance_before,
            next_after: entries.last().filter(|_| goes_on).map(|last| last.entry_no),
            entries: entries.into_iter().map(entry).collect(),
        }
    }
}

/// Tasks that entries speak of, asked of the tracker in as few calls as it allows: mostly one.
pub(super) async fn tasks_by_id(
    accounting: &Accounting,
    task_ids: impl Iterator<Item = TaskId>,
) -> Result<HashMap<TaskId, Task>, ServiceError> {
    let task_ids: Vec<TaskId> = task_ids.collect::<BTreeSet<_>>().into_iter().collect();
    let mut tasks = HashMap::with_capacity(task_ids.len());
    for chunk in task_ids.chunks(TASK_IDS_MAX) {
        tasks.extend(accounting.tracker.tasks(chunk).await?.into_iter().map(|task| (task.task_id, task)));
    }
    Ok(tasks)
}
