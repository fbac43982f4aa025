use serde::{Deserialize, Serialize};

use crate::{Fact, UserId};

/// That something has changed, for pages that show it: they ask again. It tells nothing else, and may get lost; who shows something
/// asks again anyway now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The employee's balance, entries, or what is pending.
    Account(UserId),
}

impl Hint {
    /// What changes with an event, once its transaction is committed.
    #[must_use]
    pub const fn of(fact: &Fact) -> Option<Self> {
        match fact {
            // From now on a fee or a reward is pending.
            Fact::TaskAssign(assigned) => Some(Self::Account(assigned.assignee_user_id)),
            Fact::TaskResolve(resolved) => Some(Self::Account(resolved.resolver_user_id)),
            Fact::AccountLogChange(change) => Some(Self::Account(change.user_id)),
            Fact::TaskCreate(_) | Fact::ManagerIncomeByDayChange(_) | Fact::PayrollLetter(_) => None,
        }
    }
}
