//! How an entry is booked: account, entry and day in one transaction, with the events that tell of it.

use contracts::{AccountLogChange, Event, EventId, Fact, ManagerIncomeByDayChange, Moment, Money, TaskId, UserId, accounting::EntryKind};
use platform::bus::ReactionError;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    Accounting,
    storage::{
        self,
        account_log::{NewEntry, Precedent},
        manager_income_by_day::Change,
    },
};

/// Money that is to move because of something that happened to a task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    /// Whose account.
    pub(crate) user_id: UserId,
    /// Charge or pay.
    pub(crate) kind: PostingKind,
    /// How much; never negative.
    pub(crate) amount: Money,
    /// Because of which event.
    pub(crate) event_id: EventId,
    /// Which task.
    pub(crate) task_id: TaskId,
    /// When it happened.
    pub(crate) occurred: Moment,
}

/// The two ways in which tasks move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PostingKind {
    /// An assignment is charged: once per `task_assign` event.
    AssignFee,
    /// A finished task is paid: once per task.
    ResolvePrice,
}

/// What an entry speaks of, as it is stored beside it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ExtraIds {
    pub(crate) event_id: EventId,
    pub(crate) task_id: TaskId,
}

impl PostingKind {
    const fn entry_kind(self) -> EntryKind {
        match self {
            Self::AssignFee => EntryKind::Withdraw,
            Self::ResolvePrice => EntryKind::Deposit,
        }
    }
}

/// Books a posting and records `account_log_change` and `manager_income_by_day_change`.
///
/// The same event again books nothing and says nothing; another event that would pay a task a second time is a contradiction
/// (specification, decision 3). Locks are taken in the order account, day row.
pub(crate) async fn book(accounting: &Accounting, connection: &mut PgConnection, posting: Posting) -> Result<(), ReactionError> {
    let account = storage::account::lock(connection, posting.user_id).await?;
    match storage::account_log::precedent(connection, posting.kind, posting.event_id, posting.task_id).await? {
        Precedent::None => {}
        Precedent::SameEvent => return Ok(()),
        Precedent::OtherEvent(event_id) => {
            return Err(ReactionError::Contradiction(format!("task {} was paid already, for event {event_id}", posting.task_id)));
        }
    }

    let signed_amount = match posting.kind {
        PostingKind::AssignFee => -posting.amount,
        PostingKind::ResolvePrice => posting.amount,
    };
    let overflow = || ReactionError::Contradiction(format!("the balance of account {} would not fit", account.account_id));
    let balance_after = account.balance.checked_add(signed_amount).ok_or_else(overflow)?;
    let entry = NewEntry {
        account_id: account.account_id,
        entry_no: account.entry_count + 1,
        entry_kind: posting.kind.entry_kind(),
        amount: posting.amount,
        balance_after,
        extra_ids: ExtraIds { event_id: posting.event_id, task_id: posting.task_id },
        occurred: posting.occurred,
    };
    storage::account::update(connection, account.account_id, balance_after, entry.entry_no).await?;
    let log_id = storage::account_log::insert(connection, &entry).await?;
    let income = storage::manager_income_by_day::add(connection, posting.occurred.day, Change::of(posting.kind, posting.amount)).await?;

    let change = AccountLogChange {
        log_id,
        account_id: account.account_id,
        user_id: posting.user_id,
        entry_no: entry.entry_no,
        entry_kind: entry.entry_kind,
        signed_amount,
        balance_before: account.balance,
        balance_after,
        business_day: posting.occurred.day,
        event_time: posting.occurred.at,
    };
    tell(accounting, connection, posting.occurred, change, income).await.map_err(ReactionError::from)
}

/// Records both change events. They happen now; the business day they carry is the one that changed.
async fn tell(
    accounting: &Accounting,
    connection: &mut PgConnection,
    occurred: Moment,
    change: AccountLogChange,
    income: ManagerIncomeByDayChange,
) -> sqlx::Result<()> {
    let now = Moment { day: occurred.day, ..accounting.clock.moment(&mut *connection).await? };
    let events: [Event; 2] =
        [Fact::AccountLogChange(change), Fact::ManagerIncomeByDayChange(income)].map(|fact| accounting.outbox.event(now, fact));
    accounting.outbox.record(connection, &events).await
}
