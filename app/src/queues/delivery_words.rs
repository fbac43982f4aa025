use std::collections::HashMap;

use contracts::{
    AwaitedKey, Fact, Locale, Subscription, TaskId, UserId,
    auth::Directory,
    queues::{DeliveryStatus, DeliverySummary},
    tracker::Tracker,
};

use crate::i18n::{Amount, Text, written_day};

/// Tells in words what deliveries are about and whom they affect: for pages, the API and the command line.
#[derive(Debug, Clone, Default)]
pub struct DeliveryWords {
    locale: Locale,
    titles: HashMap<TaskId, String>,
    people: HashMap<UserId, String>,
}

impl DeliveryWords {
    /// Looks up the names of the tasks and the people that `deliveries` speak of, and of `other_people`: one call to each service,
    /// however many there are. Without a service the words do without its names: numbers and ids tell the same.
    pub async fn look_up(
        locale: Locale,
        deliveries: &[DeliverySummary],
        other_people: &[UserId],
        tracker: &dyn Tracker,
        directory: &dyn Directory,
    ) -> Self {
        let facts = || deliveries.iter().filter_map(|delivery| delivery.fact.as_ref());
        let mut titles: HashMap<TaskId, String> = facts().filter_map(own_title).collect();
        let awaited = deliveries.iter().filter_map(|delivery| delivery.awaits.as_ref()?.awaited_price());
        let task_ids = distinct(facts().filter_map(task_of).chain(awaited).filter(|task_id| !titles.contains_key(task_id)));
        if !task_ids.is_empty() {
            let tasks = tracker.tasks(&task_ids).await.unwrap_or_default();
            titles.extend(tasks.into_iter().map(|task| (task.task_id, task.title)));
        }
        let user_ids = distinct(facts().filter_map(person_of).chain(other_people.iter().copied()));
        let users = if user_ids.is_empty() { Vec::new() } else { directory.users(&user_ids).await.unwrap_or_default() };
        Self { locale, titles, people: users.into_iter().map(|user| (user.user_id, user.display_name)).collect() }
    }

    /// What happened, as “Task #12 “Peel” was assigned to Kesha”.
    #[must_use]
    pub fn what_happened(&self, delivery: &DeliverySummary) -> String {
        let text = self.text().queues().fact();
        let amount = |money| Amount(money).written(self.locale);
        match &delivery.fact {
            Some(Fact::TaskCreate(created)) => text.task_create(&self.person(created.creator_user_id), &self.task(created.task_id)),
            Some(Fact::TaskAssign(assigned)) => text.task_assign(&self.person(assigned.assignee_user_id), &self.task(assigned.task_id)),
            Some(Fact::TaskResolve(resolved)) => text.task_resolve(&self.person(resolved.resolver_user_id), &self.task(resolved.task_id)),
            Some(Fact::ManagerIncomeByDayChange(change)) => {
                text.income(&written_day(change.date.0, self.locale), &amount(change.total_assign_fee), &amount(change.total_resolve_price))
            }
            Some(Fact::AccountLogChange(change)) => {
                text.account(&Amount(change.signed_amount).as_change(self.locale), &self.person(change.user_id))
            }
            Some(Fact::PayrollLetter(letter)) => {
                text.payroll_letter(&amount(letter.paid), &written_day(letter.day.0, self.locale), &self.person(letter.user_id))
            }
            Some(Fact::TasksReassign(run)) => text.tasks_reassign(&run.batch_no.to_string(), &run.run_id.to_string()),
            None => text.unreadable().to_owned(),
        }
    }

    /// Whom it affects that the delivery has not had its effect; nothing where it had, or shall have none.
    #[must_use]
    pub fn consequence(&self, delivery: &DeliverySummary) -> Option<String> {
        if matches!(delivery.status, DeliveryStatus::Done | DeliveryStatus::Discarded) {
            return None;
        }
        let text = self.text().queues().fact();
        match (delivery.subscription, delivery.fact.as_ref()?) {
            (Subscription::AccountingTaskCreate, Fact::TaskCreate(created)) => Some(text.without_price(&self.task(created.task_id))),
            (Subscription::AccountingTaskAssign, Fact::TaskAssign(assigned)) => {
                Some(text.without_fee(&self.person(assigned.assignee_user_id), &self.task(assigned.task_id)))
            }
            (Subscription::AccountingTaskResolve, Fact::TaskResolve(resolved)) => {
                Some(text.without_pay(&self.person(resolved.resolver_user_id), &self.task(resolved.task_id)))
            }
            (Subscription::AccountingPayrollLetter, Fact::PayrollLetter(letter)) => {
                Some(text.without_letter(&written_day(letter.day.0, self.locale), &self.person(letter.user_id)))
            }
            (Subscription::TrackerTasksReassign, Fact::TasksReassign(run)) => Some(text.without_reassign(&run.run_id.to_string())),
            (Subscription::AnalyticsManagerIncomeByDayChange, Fact::ManagerIncomeByDayChange(change)) => {
                Some(text.without_income(&written_day(change.date.0, self.locale)))
            }
            (Subscription::AnalyticsAccountLogChange, Fact::AccountLogChange(change)) => {
                Some(text.without_entry(&written_day(change.business_day.0, self.locale), &self.person(change.user_id)))
            }
            (Subscription::AnalyticsTaskResolve, Fact::TaskResolve(resolved)) => {
                Some(text.without_remarkable_task(&self.task(resolved.task_id)))
            }
            _ => None,
        }
    }

    /// What the delivery waits for, or did when it was given up.
    #[must_use]
    pub fn awaited(&self, delivery: &DeliverySummary) -> Option<String> {
        let text = self.text().queues().fact();
        let what = self.awaited_thing(delivery.awaits.as_ref()?);
        Some(if delivery.finished_at.is_some() { text.awaited(&what) } else { text.awaits(&what) })
    }

    /// What a key stands for.
    pub(super) fn awaited_thing(&self, key: &AwaitedKey) -> String {
        match key.awaited_price() {
            Some(task_id) => self.text().queues().fact().price(&self.task(task_id)),
            None => key.as_str().to_owned(),
        }
    }

    /// An employee's name; the id of one whose name is not known.
    #[must_use]
    pub fn person(&self, user_id: UserId) -> String {
        self.people.get(&user_id).cloned().unwrap_or_else(|| user_id.to_string())
    }

    fn task(&self, task_id: TaskId) -> String {
        let text = self.text().queues().fact();
        match self.titles.get(&task_id) {
            Some(title) => text.task_titled(&task_id.to_string(), title),
            None => text.task_numbered(&task_id.to_string()),
        }
    }

    fn text(&self) -> Text {
        Text::from(self.locale)
    }
}

/// The title that the fact itself tells.
fn own_title(fact: &Fact) -> Option<(TaskId, String)> {
    match fact {
        Fact::TaskCreate(created) => Some((created.task_id, created.title.clone())),
        Fact::TaskResolve(resolved) => Some((resolved.task_id, resolved.title.clone())),
        Fact::TaskAssign(_)
        | Fact::TasksReassign(_)
        | Fact::ManagerIncomeByDayChange(_)
        | Fact::AccountLogChange(_)
        | Fact::PayrollLetter(_) => None,
    }
}

const fn task_of(fact: &Fact) -> Option<TaskId> {
    match fact {
        Fact::TaskCreate(created) => Some(created.task_id),
        Fact::TaskAssign(assigned) => Some(assigned.task_id),
        Fact::TaskResolve(resolved) => Some(resolved.task_id),
        Fact::TasksReassign(_) | Fact::ManagerIncomeByDayChange(_) | Fact::AccountLogChange(_) | Fact::PayrollLetter(_) => None,
    }
}

const fn person_of(fact: &Fact) -> Option<UserId> {
    match fact {
        Fact::TaskCreate(created) => Some(created.creator_user_id),
        Fact::TaskAssign(assigned) => Some(assigned.assignee_user_id),
        Fact::TaskResolve(resolved) => Some(resolved.resolver_user_id),
        Fact::AccountLogChange(change) => Some(change.user_id),
        Fact::PayrollLetter(letter) => Some(letter.user_id),
        Fact::TasksReassign(_) | Fact::ManagerIncomeByDayChange(_) => None,
    }
}

fn distinct<Id: Ord>(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
