use serde::{Deserialize, Serialize};

use crate::{Fact, TaskId};

/// Who hears what: one service reacting to one kind of event.
///
/// [`Subscription::ALL`] is the whole table. An event gets one delivery per subscription to its kind, in the transaction that
/// publishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Subscription {
    /// Accounting draws the task's price.
    #[serde(rename = "accounting.task_create")]
    AccountingTaskCreate,
    /// Accounting charges the assignee.
    #[serde(rename = "accounting.task_assign")]
    AccountingTaskAssign,
    /// Accounting pays who finished the task.
    #[serde(rename = "accounting.task_resolve")]
    AccountingTaskResolve,
    /// Accounting sends the letters of its payroll.
    #[serde(rename = "accounting.payroll_letter")]
    AccountingPayrollLetter,
    /// The tracker gives the next open tasks to somebody.
    #[serde(rename = "tracker.tasks_reassign")]
    TrackerTasksReassign,
    /// Analytics takes over the day's income.
    #[serde(rename = "analytics.manager_income_by_day_change")]
    AnalyticsManagerIncomeByDayChange,
    /// Analytics counts the accounts below zero.
    #[serde(rename = "analytics.account_log_change")]
    AnalyticsAccountLogChange,
    /// Analytics looks whether the task is the day's most expensive one.
    #[serde(rename = "analytics.task_resolve")]
    AnalyticsTaskResolve,
}

impl Subscription {
    /// Every subscription.
    pub const ALL: [Self; 8] = [
        Self::AccountingTaskCreate,
        Self::AccountingTaskAssign,
        Self::AccountingTaskResolve,
        Self::AccountingPayrollLetter,
        Self::TrackerTasksReassign,
        Self::AnalyticsManagerIncomeByDayChange,
        Self::AnalyticsAccountLogChange,
        Self::AnalyticsTaskResolve,
    ];

    /// Its name, `service.event_kind`: in the database, where only that service may apply its deliveries, and as the queue's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountingTaskCreate => "accounting.task_create",
            Self::AccountingTaskAssign => "accounting.task_assign",
            Self::AccountingTaskResolve => "accounting.task_resolve",
            Self::AccountingPayrollLetter => "accounting.payroll_letter",
            Self::TrackerTasksReassign => "tracker.tasks_reassign",
            Self::AnalyticsManagerIncomeByDayChange => "analytics.manager_income_by_day_change",
            Self::AnalyticsAccountLogChange => "analytics.account_log_change",
            Self::AnalyticsTaskResolve => "analytics.task_resolve",
        }
    }

    /// The subscription of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subscription| subscription.name() == name)
    }

    /// The kind of event it hears.
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.name().split_once('.').map_or("", |(_, kind)| kind)
    }

    /// What becomes known when this subscription's delivery of `fact` is done: others may wait for it.
    #[must_use]
    pub fn provides(self, fact: &Fact) -> Option<AwaitedKey> {
        match (self, fact) {
            (Self::AccountingTaskCreate, Fact::TaskCreate(created)) => Some(AwaitedKey::price(created.task_id)),
            _ => None,
        }
    }
}

/// What a reaction may wait for (specification, decision 12): it is parked under this key until it is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct AwaitedKey(String);

impl AwaitedKey {
    /// The price of a task.
    #[must_use]
    pub fn price(task_id: TaskId) -> Self {
        Self(format!("price:{task_id}"))
    }

    /// The task whose price is awaited, if that is what the key stands for.
    #[must_use]
    pub fn awaited_price(&self) -> Option<TaskId> {
        self.0.strip_prefix("price:")?.parse().ok()
    }

    /// The key as the bus stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for AwaitedKey {
    /// A key that was stored.
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl From<AwaitedKey> for String {
    fn from(key: AwaitedKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_is_found_by_its_name() {
        for subscription in Subscription::ALL {
            assert_eq!(Subscription::named(subscription.name()), Some(subscription));
            assert_eq!(serde_json::to_value(subscription).expect("JSON"), subscription.name());
            assert!(!subscription.kind().is_empty());
        }
        assert_eq!(Subscription::named("accounting.weather"), None);
    }

    #[test]
    fn a_key_tells_what_it_stands_for() {
        assert_eq!(AwaitedKey::price(TaskId(42)).awaited_price(), Some(TaskId(42)));
        assert_eq!(AwaitedKey::from("weather:42".to_owned()).awaited_price(), None);
    }
}
