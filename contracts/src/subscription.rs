use crate::{Fact, TaskId};

/// Who hears what: one service reacting to one kind of event.
///
/// [`Subscription::ALL`] is the whole table. An event gets one delivery per subscription to its kind, in the transaction that
/// publishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subscription {
    /// Accounting draws the task's price.
    AccountingTaskCreate,
    /// Accounting charges the assignee.
    AccountingTaskAssign,
    /// Accounting pays who finished the task.
    AccountingTaskResolve,
}

impl Subscription {
    /// Every subscription.
    pub const ALL: [Self; 3] = [Self::AccountingTaskCreate, Self::AccountingTaskAssign, Self::AccountingTaskResolve];

    /// Its name, `service.event_kind`: in the database, where only that service may apply its deliveries, and as the queue's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountingTaskCreate => "accounting.task_create",
            Self::AccountingTaskAssign => "accounting.task_assign",
            Self::AccountingTaskResolve => "accounting.task_resolve",
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AwaitedKey(String);

impl AwaitedKey {
    /// The price of a task.
    #[must_use]
    pub fn price(task_id: TaskId) -> Self {
        Self(format!("price:{task_id}"))
    }

    /// The key as the bus stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
            assert!(!subscription.kind().is_empty());
        }
        assert_eq!(Subscription::named("accounting.weather"), None);
    }
}
