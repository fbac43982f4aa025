use serde::{Deserialize, Serialize};

use crate::{AccountId, BusinessDay, EventId, LetterId, LogId, Moment, Money, RunId, TaskId, UserId, accounting::EntryKind};

/// Something that happened, as the world hears of it (specification, decision 11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which event: the key under which every effect of it is applied once.
    pub event_id: EventId,
    /// When it happened: the time of the transaction that did it, and the business day of that time.
    pub occurred: Moment,
    /// What happened.
    pub fact: Fact,
    /// The request that led to it, directly or through other events, if one did. Nothing depends on it.
    pub request_id: Option<String>,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Fact {
    /// The tracker stored a task.
    TaskCreate(TaskCreate),
    /// A task was given to an employee, perhaps to the one who had it.
    TaskAssign(TaskAssign),
    /// An employee finished a task.
    TaskResolve(TaskResolve),
    /// A reassignment of all open tasks is to go on with its next batch.
    TasksReassign(TasksReassign),
    /// The company's income of a day changed.
    ManagerIncomeByDayChange(ManagerIncomeByDayChange),
    /// An entry was added to an account.
    AccountLogChange(AccountLogChange),
    /// Payroll has written a letter, which is to be sent.
    PayrollLetter(PayrollLetter),
}

/// See [`Fact::TaskCreate`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCreate {
    /// Which task.
    pub task_id: TaskId,
    /// Its title.
    pub title: String,
    /// Who created it.
    pub creator_user_id: UserId,
}

/// See [`Fact::TaskAssign`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskAssign {
    /// Which task.
    pub task_id: TaskId,
    /// Who has it now and pays the fee.
    pub assignee_user_id: UserId,
    /// The reassignment of all tasks that did it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
}

/// See [`Fact::TaskResolve`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskResolve {
    /// Which task.
    pub task_id: TaskId,
    /// Its title.
    pub title: String,
    /// Who finished it and is paid.
    pub resolver_user_id: UserId,
}

/// See [`Fact::TasksReassign`]. The tracker tells it to itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TasksReassign {
    /// Which run.
    pub run_id: RunId,
    /// Which of its batches, from 1. Any other than the run's next one has been processed already.
    pub batch_no: i64,
}

/// See [`Fact::ManagerIncomeByDayChange`]. The newest revision of a day wins, so the order of arrival does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerIncomeByDayChange {
    /// Which day.
    pub date: BusinessDay,
    /// Everything charged for assignments on that day.
    pub total_assign_fee: Money,
    /// Everything paid for finished tasks on that day.
    pub total_resolve_price: Money,
    /// Raised by one with each change of the day.
    pub revision: i64,
}

/// See [`Fact::AccountLogChange`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLogChange {
    /// Which entry.
    pub log_id: LogId,
    /// Of which account.
    pub account_id: AccountId,
    /// Whose account it is.
    pub user_id: UserId,
    /// The entry's number within the account, from 1, without gaps.
    pub entry_no: i64,
    /// What kind of entry.
    #[serde(rename = "type")]
    pub entry_kind: EntryKind,
    /// What it added to the balance: negative for a withdrawal or a payout.
    pub signed_amount: Money,
    /// The balance before it.
    pub balance_before: Money,
    /// The balance after it.
    pub balance_after: Money,
    /// The day the entry belongs to.
    pub business_day: BusinessDay,
    /// When what it books happened.
    pub event_time: chrono::DateTime<chrono::Utc>,
}

/// See [`Fact::PayrollLetter`]. Accounting tells it to itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayrollLetter {
    /// Which letter.
    pub letter_id: LetterId,
    /// To whom.
    pub user_id: UserId,
    /// About the payroll of which day.
    pub day: BusinessDay,
    /// What was paid.
    pub paid: Money,
}

impl Fact {
    /// The event's name on the bus, in the database and in exports.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::TaskCreate(_) => "task_create",
            Self::TaskAssign(_) => "task_assign",
            Self::TaskResolve(_) => "task_resolve",
            Self::TasksReassign(_) => "tasks_reassign",
            Self::ManagerIncomeByDayChange(_) => "manager_income_by_day_change",
            Self::AccountLogChange(_) => "account_log_change",
            Self::PayrollLetter(_) => "payroll_letter",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind is written twice, by serde and by [`Fact::kind`]: they must agree.
    #[test]
    fn a_fact_is_stored_under_its_kind() {
        let fact =
            Fact::TaskCreate(TaskCreate { task_id: TaskId(42), title: "Peel".to_owned(), creator_user_id: UserId(uuid::Uuid::nil()) });
        let stored = serde_json::to_value(&fact).expect("JSON");
        assert_eq!(stored["kind"], fact.kind());
        assert_eq!(stored["payload"]["task_id"], 42);
        assert_eq!(serde_json::from_value::<Fact>(stored).expect("a fact"), fact);
    }
}
