//! How entries are booked: accounts, entries and days in one transaction, with the events that tell of them.

use std::collections::{BTreeMap, HashMap};

use contracts::{
    AccountLogChange, BusinessDay, Event, EventId, Fact, LogId, ManagerIncomeByDayChange, Moment, Money, TaskId, UserId,
    accounting::EntryKind,
};
use platform::bus::{ReactionError, Recorded};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    Accounting,
    storage::{self, account::LockedAccount, account_log::NewEntry, manager_income_by_day::Change},
};

/// Money that is to move because of something that happened to a task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting<'a> {
    /// Whose account.
    pub(crate) user_id: UserId,
    /// How much; never negative.
    pub(crate) amount: Money,
    /// Which task.
    pub(crate) task_id: TaskId,
    /// Because of what.
    pub(crate) cause: &'a Event,
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
#[serde(untagged)]
pub(crate) enum ExtraIds {
    /// An event of a task.
    Task {
        /// Because of what it was booked.
        event_id: EventId,
        /// Which task.
        task_id: TaskId,
    },
    /// A payroll run.
    Payroll {
        /// The day that is paid.
        payroll_day: BusinessDay,
    },
}

impl PostingKind {
    const fn entry_kind(self) -> EntryKind {
        match self {
            Self::AssignFee => EntryKind::Withdraw,
            Self::ResolvePrice => EntryKind::Deposit,
        }
    }
}

/// Books postings of one kind and records an `account_log_change` for each and a `manager_income_by_day_change` for each day.
///
/// What was booked for the same event before is left out, and nothing is said of it; another event that would pay a task a second
/// time is a contradiction (specification, decision 3). Locks are taken in the order accounts by id, days by date.
pub(crate) async fn book(
    accounting: &Accounting,
    connection: &mut PgConnection,
    kind: PostingKind,
    postings: &[Posting<'_>],
) -> Result<Recorded, ReactionError> {
    // The change events happen now; the business day they carry is the one that changed. Asked before others have to wait for this
    // transaction's locks.
    let now = accounting.clock.moment(&mut *connection).await?;
    let postings = unbooked(connection, kind, postings).await?;
    if postings.is_empty() {
        return Ok(Recorded::default());
    }
    let mut accounts = storage::account::lock(connection, postings.iter().map(|posting| posting.user_id)).await?;

    let mut entries = Vec::with_capacity(postings.len());
    let mut days: BTreeMap<BusinessDay, (Change, &Event)> = BTreeMap::new();
    for posting in &postings {
        let account = accounts.get_mut(&posting.user_id).ok_or(sqlx::Error::RowNotFound)?;
        entries.push(enter(account, kind, posting)?);
        let (change, latest) = days.entry(posting.cause.occurred.day).or_insert((Change::default(), posting.cause));
        *change = change.and(kind, posting.amount).ok_or_else(|| too_much(posting))?;
        *latest = posting.cause;
    }
    storage::account::update(connection, accounts.values()).await?;
    let log_ids = storage::account_log::insert(connection, &entries).await?;

    let mut events = Vec::with_capacity(entries.len() + days.len());
    for ((posting, entry), log_id) in postings.iter().zip(&entries).zip(log_ids) {
        let occurred = Moment { day: entry.occurred.day, ..now };
        let change = Fact::AccountLogChange(change(entry, log_id, posting.user_id));
        events.push(accounting.outbox.event_caused_by(posting.cause, occurred, change));
    }
    for (day, (change, cause)) in days {
        let income: ManagerIncomeByDayChange = storage::manager_income_by_day::add(connection, day, change).await?;
        let occurred = Moment { day, ..now };
        events.push(accounting.outbox.event_caused_by(cause, occurred, Fact::ManagerIncomeByDayChange(income)));
    }
    accounting.outbox.record(connection, &events).await.map_err(ReactionError::from)
}

/// The postings that nothing was booked for yet.
async fn unbooked<'a>(
    connection: &mut PgConnection,
    kind: PostingKind,
    postings: &'a [Posting<'a>],
) -> Result<Vec<&'a Posting<'a>>, ReactionError> {
    let events = postings.iter().map(|posting| posting.cause.event_id);
    let tasks = postings.iter().map(|posting| posting.task_id);
    match kind {
        PostingKind::AssignFee => {
            let charged = storage::account_log::charged_events(connection, events).await?;
            Ok(postings.iter().filter(|posting| !charged.contains(&posting.cause.event_id)).collect())
        }
        PostingKind::ResolvePrice => {
            let mut paid: HashMap<TaskId, EventId> = storage::account_log::paid_tasks(connection, tasks).await?;
            let mut unbooked = Vec::with_capacity(postings.len());
            for posting in postings {
                match paid.insert(posting.task_id, posting.cause.event_id) {
                    None => unbooked.push(posting),
                    Some(event_id) if event_id == posting.cause.event_id => {}
                    Some(event_id) => {
                        let contradiction = format!("task {} was paid already, for event {event_id}", posting.task_id);
                        return Err(ReactionError::Contradiction(contradiction));
                    }
                }
            }
            Ok(unbooked)
        }
    }
}

/// The entry of a posting.
fn enter(account: &mut LockedAccount, kind: PostingKind, posting: &Posting<'_>) -> Result<NewEntry, ReactionError> {
    let extra_ids = ExtraIds::Task { event_id: posting.cause.event_id, task_id: posting.task_id };
    account.enter(kind.entry_kind(), posting.amount, extra_ids, posting.cause.occurred).ok_or_else(|| too_much(posting))
}

/// What an entry tells others, once it is stored.
pub(crate) fn change(entry: &NewEntry, log_id: LogId, user_id: UserId) -> AccountLogChange {
    AccountLogChange {
        log_id,
        account_id: entry.account_id,
        user_id,
        entry_no: entry.entry_no,
        entry_kind: entry.entry_kind,
        signed_amount: entry.signed_amount,
        balance_before: entry.balance_before,
        balance_after: entry.balance_after,
        business_day: entry.occurred.day,
        event_time: entry.occurred.at,
    }
}

fn too_much(posting: &Posting<'_>) -> ReactionError {
    ReactionError::Contradiction(format!("the sums after booking {} for task {} would not fit", posting.amount, posting.task_id))
}
