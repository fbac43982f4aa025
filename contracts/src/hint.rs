use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Caller, Fact, UserId, analytics::MAY_SEE_ANALYTICS, reassign::MAY_REASSIGN};

/// How many things that have changed are told apart.
pub const HINTS_MAX: usize = 10_000;

/// That something has changed, for pages that show it: they ask again. It tells nothing else, and may get lost; who shows something
/// asks again anyway every few minutes. So long it takes, too, until pages show what no event tells of: that a delivery was given up, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The employee's balance, entries, tasks, or what is pending.
    Employee(UserId),
    /// How a reassignment stands.
    Reassign,
    /// What the dashboard shows.
    Analytics,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// These things.
    These(BTreeSet<Hint>),
    /// Perhaps everything: hints were lost.
    Anything,
}

impl Default for Changed {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Changed {
    /// Whether nothing has.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::These(hints) if hints.is_empty())
    }

    /// Adds more of it: what would be more than [`HINTS_MAX`] things is everything.
    pub fn add(&mut self, more: Self) {
        match (&mut *self, more) {
            (Self::Anything, _) => {}
            (Self::These(hints), Self::These(more)) => {
                hints.extend(more);
                if hints.len() > HINTS_MAX {
                    *self = Self::Anything;
                }
            }
            (Self::These(_), Self::Anything) => *self = Self::Anything,
        }
    }
}

impl Hint {
    /// What changes with an event, once its transaction is committed.
    #[must_use]
    pub const fn of(fact: &Fact) -> Option<Self> {
        match fact {
            // From now on a fee or a reward is pending.
            Fact::TaskAssign(assigned) => Some(Self::Employee(assigned.assignee_user_id)),
            Fact::TaskResolve(resolved) => Some(Self::Employee(resolved.resolver_user_id)),
            Fact::AccountLogChange(change) => Some(Self::Employee(change.user_id)),
            // There is a pay slip, also where nothing was paid.
            Fact::PayrollLetter(letter) => Some(Self::Employee(letter.user_id)),
            Fact::TasksReassign(_) => Some(Self::Reassign),
            Fact::TaskCreate(_) | Fact::ManagerIncomeByDayChange(_) => None,
        }
    }

    /// What the pages of an employee show.
    #[must_use]
    pub fn all_for(caller: Caller) -> Vec<Self> {
        let reassign = MAY_REASSIGN.contains(&caller.role).then_some(Self::Reassign);
        let analytics = MAY_SEE_ANALYTICS.contains(&caller.role).then_some(Self::Analytics);
        [Self::Employee(caller.user_id)].into_iter().chain(reassign).chain(analytics).collect()
    }
}
