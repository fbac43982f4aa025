//! What the company must look like: kept beside the system from what its use cases answered, and worked out without it.
//!
//! Money follows from who was given which task, who finished it, and prices. Nothing here comes from events or from the ledger.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contracts::{
    BusinessDay, Role, RunId, ServiceError, TaskId, UserId,
    accounting::{EntryKind, TaskPrice},
    auth::Profile,
};
use platform::clock::CompanyClock;

use crate::poison::{Poisoned, Poisoning};

/// The company as its use cases told of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// The tasks that were created.
    pub(crate) tasks: BTreeMap<TaskId, ModelTask>,
    /// The titles of creations whose outcome was lost: there may be such a task.
    pub(crate) uncertain_titles: BTreeSet<String>,
    /// The names of those whose enrolment was answered by nobody: they may be there.
    pub(crate) uncertain_enrolments: BTreeSet<&'static str>,
    /// The roles that each employee may have: more than one where the outcome of a change was lost.
    pub(crate) roles: BTreeMap<UserId, BTreeSet<Role>>,
    /// Those that were ever assignable.
    pub(crate) assignable: BTreeSet<UserId>,
    /// The events that must be dead letters.
    pub(crate) poisoned: Vec<Poisoned>,
    /// The tasks that can have no price.
    pub(crate) never_priced: BTreeSet<TaskId>,
    /// The reassign runs that were answered.
    pub(crate) runs: BTreeSet<RunId>,
    /// How many times nobody answered whether one was started: there may be so many more.
    pub(crate) uncertain_runs: usize,
    /// Answers that no use case may give.
    pub(crate) surprises: Vec<String>,
    /// How often each use case was called.
    pub(crate) calls: BTreeMap<&'static str, Calls>,
}

/// How often a use case was called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) all: u64,
    /// The service was out of reach: whether it has done what it was asked is not known.
    pub(crate) without_outcome: u64,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelTask {
    /// Who was given it when it was created.
    pub(crate) assignee: UserId,
    pub(crate) created_at: DateTime<Utc>,
    /// Whom reassign runs gave it, and when, in this order: whom they draw is the tracker's to say.
    pub(crate) reassigned: Vec<(UserId, DateTime<Utc>)>,
    pub(crate) end: End,
}

/// Whether a task is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is not.
    Open,
    /// The outcome of finishing it was lost.
    Uncertain,
    /// It is; when is the tracker's to say.
    Done(Option<DateTime<Utc>>),
}

/// A task as the tracker has stored it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StoredTask {
    pub(crate) task_id: i64,
    pub(crate) title: String,
    pub(crate) assignee_user_id: uuid::Uuid,
    pub(crate) creation_time: DateTime<Utc>,
    pub(crate) resolution_time: Option<DateTime<Utc>>,
}

/// That somebody was given a task, as the tracker has stored it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StoredAssignment {
    pub(crate) task_id: i64,
    pub(crate) assignee_user_id: uuid::Uuid,
    pub(crate) assigned_at: DateTime<Utc>,
    pub(crate) run_id: Option<i64>,
}

impl ModelTask {
    /// Who has it at last.
    fn last_assignee(&self) -> UserId {
        self.reassigned.last().map_or(self.assignee, |(assignee, _)| *assignee)
    }
}

impl Model {
    /// A use case was called.
    pub(crate) fn called<T>(&mut self, name: &'static str, answer: &Result<T, ServiceError>) -> &mut Self {
        let calls = self.calls.entry(name).or_default();
        calls.all += 1;
        calls.without_outcome += u64::from(matches!(answer, Err(ServiceError::Unavailable)));
        self
    }

    /// Whether a reassign run may have been started.
    pub(crate) fn may_have_runs(&self) -> bool {
        !self.runs.is_empty() || self.uncertain_runs > 0
    }

    /// A poison was published.
    pub(crate) fn poisoned(&mut self, poisoning: Poisoning) {
        self.poisoned.extend(poisoning.events);
        self.never_priced.extend(poisoning.never_priced);
    }

    /// Somebody has this role from now on.
    pub(crate) fn role_is(&mut self, user_id: UserId, role: Role) {
        self.roles.insert(user_id, BTreeSet::from([role]));
        self.may_be_assigned(user_id, role);
    }

    /// Somebody may have this role instead.
    pub(crate) fn role_may_be(&mut self, user_id: UserId, role: Role) {
        self.roles.entry(user_id).or_default().insert(role);
        self.may_be_assigned(user_id, role);
    }

    fn may_be_assigned(&mut self, user_id: UserId, role: Role) {
        if role.is_assignable() {
            self.assignable.insert(user_id);
        }
    }

    /// Compares an employee of auth with what was answered, and learns from it what was lost. `Err`: what is wrong.
    pub(crate) fn compare_employee(&mut self, profile: &Profile) -> Result<(), String> {
        let user = &profile.user;
        match self.roles.get(&user.user_id) {
            Some(roles) if roles.contains(&user.role) => Ok(()),
            Some(roles) => Err(format!("{} is {}, its use cases said {roles:?}", user.display_name, user.role)),
            None if self.uncertain_enrolments.remove(user.display_name.as_str()) => {
                self.role_is(user.user_id, user.role);
                Ok(())
            }
            None => Err(format!("{} was enrolled by nobody", user.display_name)),
        }
    }

    /// Compares a task of the tracker, and all who were given it, with what was answered of it, and learns from it what was lost. `Err`: what
    /// is wrong.
    pub(crate) fn compare(&mut self, stored: &StoredTask, assignments: &[StoredAssignment]) -> Result<(), String> {
        let task_id = TaskId(stored.task_id);
        let stored_end = stored.resolution_time.map_or(End::Open, |at| End::Done(Some(at)));
        let Some((first, reassigned)) = assignments.split_first() else {
            return Err(format!("task {task_id} was given to nobody"));
        };
        let assignee = UserId(first.assignee_user_id);
        let reassigned = self.reassignments(stored, first, reassigned)?;
        if self.never_priced.contains(&task_id) {
            return Ok(());
        }
        let Some(task) = self.tasks.get_mut(&task_id) else {
            return if self.uncertain_titles.remove(&stored.title) {
                self.tasks.insert(task_id, ModelTask { assignee, created_at: stored.creation_time, reassigned, end: stored_end });
                Ok(())
            } else {
                Err(format!("task {task_id} was created by nobody"))
            };
        };
        let as_answered = match (task.end, stored_end) {
            (End::Uncertain, _) | (End::Open, End::Open) | (End::Done(_), End::Done(_)) => {
                (task.assignee, task.created_at) == (assignee, stored.creation_time)
            }
            _ => false,
        };
        if !as_answered {
            return Err(format!("the tracker says {stored:?}, its use cases said {task:?}"));
        }
        task.reassigned = reassigned;
        task.end = stored_end;
        Ok(())
    }

    /// Whom reassign runs gave a task: each of them once, nobody who was never assignable, and nobody after it was finished.
    fn reassignments(
        &self,
        stored: &StoredTask,
        first: &StoredAssignment,
        reassigned: &[StoredAssignment],
    ) -> Result<Vec<(UserId, DateTime<Utc>)>, String> {
        let assignments = || std::iter::once(first).chain(reassigned);
        if let Some(other) = assignments().find(|one| !self.assignable.contains(&UserId(one.assignee_user_id))) {
            return Err(format!("{other:?} went to somebody who was never assignable"));
        }
        let runs: BTreeSet<i64> = reassigned.iter().filter_map(|one| one.run_id).collect();
        if first.run_id.is_some() || runs.len() != reassigned.len() {
            return Err(format!(
                "task {} was not given once at its creation, and once at most by each run: {reassigned:?}",
                stored.task_id
            ));
        }
        if runs.iter().any(|run_id| !self.runs.contains(&RunId(*run_id))) {
            return Err(format!("nobody started all of the runs {runs:?} that gave task {}", stored.task_id));
        }
        let last = reassigned.last().unwrap_or(first);
        if last.assignee_user_id != stored.assignee_user_id || stored.resolution_time.is_some_and(|end| end < last.assigned_at) {
            return Err(format!("the tracker says {stored:?}, it was given last by {last:?}"));
        }
        Ok(reassigned.iter().map(|one| (UserId(one.assignee_user_id), one.assigned_at)).collect())
    }

    /// The books as they must be with these prices. A task without a price has moved no money.
    pub(crate) fn books(&self, prices: &HashMap<TaskId, TaskPrice>, clock: CompanyClock) -> Books {
        let mut books = Books::default();
        for (task_id, task) in &self.tasks {
            let Some(price) = prices.get(task_id) else { continue };
            for (assignee, at) in [(task.assignee, task.created_at)].iter().chain(&task.reassigned) {
                books.enter(*task_id, EntryKind::Withdraw, *assignee, price.assign_fee.cents(), clock.day_of(*at));
            }
            if let End::Done(Some(at)) = task.end {
                books.enter(*task_id, EntryKind::Deposit, task.last_assignee(), price.resolve_price.cents(), clock.day_of(at));
            }
        }
        books
    }
}

/// What the ledger must say; amounts in cents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Books {
    /// One entry for each assignment and each finished task, and no other.
    pub(crate) entries: HashMap<(TaskId, EntryKind), Vec<Entry>>,
    pub(crate) accounts: BTreeMap<UserId, Account>,
    pub(crate) income: BTreeMap<BusinessDay, Income>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) user_id: UserId,
    pub(crate) amount: i64,
    pub(crate) day: BusinessDay,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) entries: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Income {
    pub(crate) fees: i64,
    pub(crate) prices: i64,
}

impl Books {
    /// An employee was paid out.
    pub(crate) fn pay(&mut self, user_id: UserId, amount: i64) {
        let account = self.accounts.entry(user_id).or_default();
        account.balance -= amount;
        account.entries += 1;
    }

    fn enter(&mut self, task_id: TaskId, kind: EntryKind, user_id: UserId, amount: i64, day: BusinessDay) {
        let (account, income) = (self.accounts.entry(user_id).or_default(), self.income.entry(day).or_default());
        account.entries += 1;
        match kind {
            EntryKind::Deposit => {
                account.balance += amount;
                income.prices += amount;
            }
            EntryKind::Withdraw | EntryKind::Clear => {
                account.balance -= amount;
                income.fees += amount;
            }
        }
        self.entries.entry((task_id, kind)).or_default().push(Entry { user_id, amount, day });
    }
}

#[cfg(test)]
mod tests {
    use contracts::Money;

    use super::*;

    const KESHA: UserId = UserId(uuid::Uuid::from_u128(1));
    const POLLY: UserId = UserId(uuid::Uuid::from_u128(2));

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn task(assignee: UserId, end: End) -> ModelTask {
        ModelTask { assignee, created_at: at("2026-11-23T10:00:00Z"), reassigned: Vec::new(), end }
    }

    fn price(task_id: i64, assign_fee: i64, resolve_price: i64) -> (TaskId, TaskPrice) {
        let task_id = TaskId(task_id);
        (task_id, TaskPrice { task_id, assign_fee: Money::from_cents(assign_fee), resolve_price: Money::from_cents(resolve_price) })
    }

    fn stored(task_id: i64, title: &str, assignee: UserId, resolution_time: Option<DateTime<Utc>>) -> StoredTask {
        let creation_time = at("2026-11-23T10:00:00Z");
        StoredTask { task_id, title: title.to_owned(), assignee_user_id: assignee.0, creation_time, resolution_time }
    }

    fn assigned(task_id: i64, assignee: UserId, run_id: Option<i64>) -> StoredAssignment {
        let hour = 10 + run_id.unwrap_or_default();
        let assigned_at = at(&format!("2026-11-23T{hour}:00:00Z"));
        StoredAssignment { task_id, assignee_user_id: assignee.0, assigned_at, run_id }
    }

    fn compare(model: &mut Model, stored: &StoredTask) -> Result<(), String> {
        let assignment = assigned(stored.task_id, UserId(stored.assignee_user_id), None);
        model.compare(stored, &[assignment])
    }

    #[test]
    fn assignments_cost_and_finished_tasks_pay_each_on_its_day() {
        let mut model = Model::default();
        model.tasks.insert(TaskId(1), task(KESHA, End::Done(Some(at("2026-11-24T00:00:00Z")))));
        model.tasks.insert(TaskId(2), task(KESHA, End::Open));
        model.tasks.insert(TaskId(3), task(POLLY, End::Open));
        model.tasks.insert(TaskId(4), task(POLLY, End::Open));
        let prices = HashMap::from([price(1, 1_000, 2_500), price(2, 1_100, 9_999), price(3, 1_200, 9_999)]);
        let books = model.books(&prices, CompanyClock::new(chrono_tz::UTC));

        let (monday, tuesday) =
            (BusinessDay(at("2026-11-23T00:00:00Z").date_naive()), BusinessDay(at("2026-11-24T00:00:00Z").date_naive()));
        assert_eq!(books.accounts[&KESHA], Account { balance: 400, entries: 3 });
        assert_eq!(books.accounts[&POLLY], Account { balance: -1_200, entries: 1 });
        assert_eq!(books.income[&monday], Income { fees: 3_300, prices: 0 });
        assert_eq!(books.income[&tuesday], Income { fees: 0, prices: 2_500 });
        assert_eq!(books.entries.len(), 4, "a task without a price has moved no money");
        assert_eq!(books.entries[&(TaskId(1), EntryKind::Deposit)], [Entry { user_id: KESHA, amount: 2_500, day: tuesday }]);
    }

    #[test]
    fn each_reassignment_costs_and_who_finished_it_is_paid() {
        let mut model = Model::default();
        let reassigned = vec![(POLLY, at("2026-11-23T11:00:00Z")), (POLLY, at("2026-11-24T11:00:00Z"))];
        model.tasks.insert(TaskId(1), ModelTask { reassigned, ..task(KESHA, End::Done(Some(at("2026-11-24T12:00:00Z")))) });
        let books = model.books(&HashMap::from([price(1, 1_000, 2_500)]), CompanyClock::new(chrono_tz::UTC));
        assert_eq!(books.accounts[&KESHA], Account { balance: -1_000, entries: 1 });
        assert_eq!(books.accounts[&POLLY], Account { balance: 500, entries: 3 });
        assert_eq!(books.entries[&(TaskId(1), EntryKind::Withdraw)].len(), 3);
    }

    #[test]
    fn a_run_gives_a_task_once_and_never_after_its_end() {
        let mut model = Model::default();
        model.role_is(KESHA, Role::Worker);
        model.role_is(POLLY, Role::Worker);
        model.tasks.insert(TaskId(1), task(KESHA, End::Open));
        model.runs.extend([RunId(1), RunId(2)]);
        let [first, second, third] = [assigned(1, KESHA, None), assigned(1, POLLY, Some(1)), assigned(1, KESHA, Some(2))];
        let open = |assignee| stored(1, "Peel", assignee, None);
        assert_eq!(model.compare(&open(KESHA), &[first.clone(), second.clone(), third.clone()]), Ok(()));
        assert_eq!(model.tasks[&TaskId(1)].last_assignee(), KESHA);
        assert!(model.compare(&open(KESHA), &[first.clone(), second.clone()]).is_err(), "somebody else has it");
        assert!(model.compare(&open(POLLY), &[first.clone(), second.clone(), second.clone()]).is_err(), "a run gave it twice");
        assert!(model.compare(&open(POLLY), &[first.clone(), assigned(1, POLLY, Some(3))]).is_err(), "nobody started the run");
        assert!(model.compare(&open(POLLY), std::slice::from_ref(&second)).is_err(), "it was not given at its creation");
        let ended = stored(1, "Peel", KESHA, Some(at("2026-11-23T11:30:00Z")));
        assert!(model.compare(&ended, &[first, second, third]).is_err(), "it was finished by then");
    }

    #[test]
    fn the_tracker_says_what_was_lost_and_nothing_else() {
        let mut model = Model::default();
        model.role_is(KESHA, Role::Worker);
        model.role_is(POLLY, Role::Manager);
        model.uncertain_titles.insert("Sing".to_owned());
        model.tasks.insert(TaskId(1), task(KESHA, End::Uncertain));
        model.tasks.insert(TaskId(2), task(KESHA, End::Open));
        let then = Some(at("2026-11-23T11:00:00Z"));

        assert_eq!(compare(&mut model, &stored(1, "Peel", KESHA, then)), Ok(()));
        assert_eq!(model.tasks[&TaskId(1)].end, End::Done(then));
        assert!(compare(&mut model, &stored(2, "Crack", KESHA, then)).is_err(), "nobody finished it");
        assert_eq!(compare(&mut model, &stored(3, "Sing", KESHA, None)), Ok(()));
        assert_eq!(model.tasks[&TaskId(3)].end, End::Open);
        assert!(compare(&mut model, &stored(4, "Sing", KESHA, None)).is_err(), "it was asked for once");
        assert!(compare(&mut model, &stored(2, "Crack", POLLY, None)).is_err(), "a manager is given nothing");
    }
}
