use std::collections::HashMap;

use contracts::{
    AccountId, Caller, Money, TaskId,
    accounting::{Balance, EntryKind, PENDING_ENTRIES_MAX, Pending, PendingEntry, TaskPrice},
    tracker::Task,
};
use platform::database::Failure;
use sqlx::PgConnection;

use super::own_audit_log::tasks_by_id;
use crate::{
    Accounting,
    storage::{self, pending::PendingEvents},
};

/// The caller's balance now, what payroll would pay, and what is not booked yet.
pub(crate) async fn own_balance(accounting: &Accounting, caller: Caller) -> Result<Balance, Failure> {
    let mut snapshot = accounting.snapshot().await?;
    let stored = StoredBalance::read(accounting, &mut snapshot, caller).await?;
    snapshot.commit().await?;
    let tasks = tasks_by_id(accounting, stored.task_ids()).await?;
    Ok(stored.with(&tasks))
}

/// A balance as it is stored, without what the tracker knows.
pub(super) struct StoredBalance {
    account: Option<(AccountId, Money)>,
    closing_of_today: Money,
    pending: PendingEvents,
    prices: HashMap<TaskId, TaskPrice>,
}

impl StoredBalance {
    /// Reads it in a snapshot: what is booked meanwhile is either in the balance or pending.
    pub(super) async fn read(accounting: &Accounting, snapshot: &mut PgConnection, caller: Caller) -> sqlx::Result<Self> {
        let today = accounting.clock.moment(&mut *snapshot).await?.day;
        let account = storage::account::of_user(&mut *snapshot, caller.user_id).await?;
        let closing_of_today = match account {
            Some((account_id, _)) => storage::account_log::balances_of_day(&mut *snapshot, account_id, today, 0).await?.closing,
            None => Money::ZERO,
        };
        let mut pending = storage::pending::of_user(&mut *snapshot, caller.user_id).await?;
        pending.more |= pending.entries.len() > PENDING_ENTRIES_MAX;
        pending.entries.truncate(PENDING_ENTRIES_MAX);
        let task_ids: Vec<TaskId> = pending.entries.iter().map(|event| event.task_id).collect();
        let prices = storage::task_price::by_task_ids(&mut *snapshot, &task_ids).await?;
        Ok(Self { account, closing_of_today, pending, prices: prices.into_iter().map(|price| (price.task_id, price)).collect() })
    }

    /// Which tasks it speaks of.
    pub(super) fn task_ids(&self) -> impl Iterator<Item = TaskId> {
        self.pending.entries.iter().map(|event| event.task_id)
    }

    /// The balance with its tasks.
    pub(super) fn with(self, tasks: &HashMap<TaskId, Task>) -> Balance {
        let Self { account, closing_of_today, pending, prices } = self;
        let entries = pending.entries.into_iter().map(|event| {
            let amount = prices.get(&event.task_id).map(|price| match event.entry_kind {
                EntryKind::Withdraw => price.assign_fee,
                EntryKind::Deposit | EntryKind::Clear => price.resolve_price,
            });
            PendingEntry {
                entry_kind: event.entry_kind,
                signed_amount: amount.map(|amount| event.entry_kind.signed(amount)),
                event_time: event.occurred_at,
                task: tasks.get(&event.task_id).cloned(),
                given_up: event.given_up,
            }
        });
        Balance {
            account_id: account.map(|(account_id, _)| account_id),
            balance: account.map_or(Money::ZERO, |(_, balance)| balance),
            payable: closing_of_today.max(Money::ZERO),
            pending: Pending { entries: entries.collect(), more: pending.more },
        }
    }
}
