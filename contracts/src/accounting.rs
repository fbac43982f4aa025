//! The accounting service: prices, accounts, the ledger. It knows auth and the tracker (specification, §3).

use std::ops::RangeInclusive;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountId, BusinessDay, Caller, DayRange, LogId, Money, ServiceError, TaskId, letter::Letter, tracker::Task};

/// How many prices may be asked for at once.
pub const PRICE_IDS_MAX: usize = 500;

/// How many entries of an audit log one answer holds at most.
pub const AUDIT_LOG_ENTRIES_MAX: usize = 500;

/// How many pending entries one answer names at most.
pub const PENDING_ENTRIES_MAX: usize = 20;

/// Over how many days income is told at once: a month (specification, decision 9).
pub const INCOME_DAYS_MAX: usize = 31;

/// What an entry of the ledger books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryKind {
    /// A finished task was paid: adds to the balance.
    Deposit,
    /// An assignment was charged: takes from the balance.
    Withdraw,
    /// The day's pay was paid out: takes the balance to zero.
    Clear,
}

impl EntryKind {
    /// The kind's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deposit => "DEPOSIT",
            Self::Withdraw => "WITHDRAW",
            Self::Clear => "CLEAR",
        }
    }

    /// What an entry of this kind adds to the balance.
    #[must_use]
    pub fn signed(self, amount: Money) -> Money {
        match self {
            Self::Deposit => amount,
            Self::Withdraw | Self::Clear => -amount,
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Deposit, Self::Withdraw, Self::Clear].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a task costs and pays, drawn once (specification, decision 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskPrice {
    /// Which task.
    pub task_id: TaskId,
    /// What each assignment costs the assignee.
    pub assign_fee: Money,
    /// What finishing it pays.
    pub resolve_price: Money,
}

/// What an account holds now, and what is to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Which account; nothing as long as nothing was booked for the employee.
    pub account_id: Option<AccountId>,
    /// The balance, in cents; negative where fees exceed pay. Zero for an employee without an account.
    pub balance: Money,
    /// What would be paid out if the day ended now, in cents: nothing where there is a debt.
    pub payable: Money,
    /// What has happened and is not booked yet.
    pub pending: Pending,
}

/// What has happened to the caller's tasks and is not booked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pending {
    /// In the order in which it happened; the first [`PENDING_ENTRIES_MAX`].
    pub entries: Vec<PendingEntry>,
    /// Whether there is, or may be, more: there is too much at the moment to look at all of it.
    pub more: bool,
}

/// An entry that is not booked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingEntry {
    /// What it will book.
    #[serde(rename = "type")]
    pub entry_kind: EntryKind,
    /// What it will add to the balance, in cents, once the task has a price.
    pub signed_amount: Option<Money>,
    /// When it happened.
    pub event_time: DateTime<Utc>,
    /// The task.
    pub task: Option<Task>,
    /// Whether booking it has failed for good, so that an administrator has to look.
    pub given_up: bool,
}

/// An entry of the caller's account, with the task it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLogEntry {
    /// Which entry.
    pub log_id: LogId,
    /// Its number within the account, from 1, without gaps.
    pub entry_no: i64,
    /// What it books.
    #[serde(rename = "type")]
    pub entry_kind: EntryKind,
    /// What it added to the balance: negative for a withdrawal or a payout.
    pub signed_amount: Money,
    /// The day's sum up to and including this entry, in the order of the entries.
    pub balance_after: Money,
    /// When what it books happened.
    pub event_time: DateTime<Utc>,
    /// The task it speaks of, in full, where it speaks of one.
    pub task: Option<Task>,
}

/// The caller's entries of one business day, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLog {
    /// Which day.
    pub day: BusinessDay,
    /// The business day that goes on now.
    pub today: BusinessDay,
    /// The balance before the day's first entry.
    pub opening_balance: Money,
    /// The balance after the day's last entry.
    pub closing_balance: Money,
    /// How many entries the day has.
    pub entry_count: i64,
    /// Whether payroll has told of the day: then there is a pay slip.
    pub has_pay_slip: bool,
    /// The balance before the first entry of this part.
    pub balance_before: Money,
    /// The day's entries, in order: the first [`AUDIT_LOG_ENTRIES_MAX`] after the one that was asked for.
    pub entries: Vec<AuditLogEntry>,
    /// Where the day has more: the number of this part's last entry, after which the next part begins.
    pub next_after: Option<i64>,
}

/// The caller's balance and a part of the audit log, of the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStatement {
    /// The balance, and what is to come.
    pub balance: Balance,
    /// The part of the audit log.
    pub log: AuditLog,
}

/// Which part of which day of an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditLogPart {
    /// The business day; today where none is given.
    pub day: Option<BusinessDay>,
    /// The entry after which the part begins; the day's beginning where none is given.
    pub after: Option<i64>,
}

/// What management earned on a business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomeOfDay {
    /// Which day.
    pub day: BusinessDay,
    /// Everything charged for assignments, in cents.
    pub total_assign_fee: Money,
    /// Everything paid for finished tasks, in cents.
    pub total_resolve_price: Money,
    /// What is left to management, in cents: fees without pay (specification, decision 2).
    pub income: Money,
}

/// What management earned over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Income {
    /// Every day of the range, in order, also those on which nothing was booked.
    pub days: Vec<IncomeOfDay>,
    /// The sum of all days' fees, in cents.
    pub total_assign_fee: Money,
    /// The sum of all days' pay, in cents.
    pub total_resolve_price: Money,
    /// The sum of all days' income, in cents.
    pub income: Money,
}

/// What pages, the API and other services may ask of accounting.
#[async_trait]
pub trait Accounting: Send + Sync + 'static {
    /// The prices of these tasks, at most [`PRICE_IDS_MAX`]; tasks without a price yet are left out.
    async fn prices(&self, task_ids: &[TaskId]) -> Result<Vec<TaskPrice>, ServiceError>;

    /// Between which fees those of new tasks are drawn, both ends included.
    fn assign_fees(&self) -> RangeInclusive<Money>;

    /// What management earned on each day of a range of at most [`INCOME_DAYS_MAX`] days; for management only.
    ///
    /// [`ServiceError::RangeBackwards`] where the first day is after the last, [`ServiceError::TooManyDays`] where there are more days.
    async fn income(&self, caller: Caller, range: DayRange) -> Result<Income, ServiceError>;

    /// The caller's balance now, and what is to come.
    async fn own_balance(&self, caller: Caller) -> Result<Balance, ServiceError>;

    /// The caller's entries of a business day, a part at a time.
    async fn own_audit_log(&self, caller: Caller, part: AuditLogPart) -> Result<AuditLog, ServiceError>;

    /// Both at once, as they are at the same moment.
    async fn own_account(&self, caller: Caller, part: AuditLogPart) -> Result<AccountStatement, ServiceError>;

    /// What the caller was told of the payroll of a business day, as the letter told it; [`ServiceError::NotFound`] where the caller was
    /// told nothing.
    async fn own_pay_slip(&self, caller: Caller, day: BusinessDay) -> Result<Letter, ServiceError>;
}
