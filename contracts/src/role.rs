use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What an employee is in the company (specification, "People and roles").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Is given tasks. Every new employee is one.
    Worker,
    /// Is given tasks and sees the company's income.
    Accountant,
    /// Reassigns tasks, sees income and analytics.
    Manager,
    /// Does what a manager does, and changes roles, sees queues, dead letters and payroll runs.
    Admin,
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role: use worker, accountant, manager or admin")]
pub struct UnknownRole;

impl Role {
    /// Every role, from the fewest rights to the most.
    pub const ALL: [Self; 4] = [Self::Worker, Self::Accountant, Self::Manager, Self::Admin];

    /// Who is given tasks.
    pub const ASSIGNABLE: [Self; 2] = [Self::Worker, Self::Accountant];

    /// The role's name in the database, in the API and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Accountant => "accountant",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// Whether employees of this role are given tasks.
    #[must_use]
    pub const fn is_assignable(self) -> bool {
        matches!(self, Self::Worker | Self::Accountant)
    }

    /// The roles that are management.
    pub const MANAGEMENT: [Self; 3] = [Self::Accountant, Self::Manager, Self::Admin];

    /// Whether employees of this role are management: their accounting page opens on the company's income.
    #[must_use]
    pub const fn is_management(self) -> bool {
        !matches!(self, Self::Worker)
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_back_from_its_name_only() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).expect("JSON"), role.name());
        }
        assert_eq!("Admin".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn the_assignable_roles_are_those_that_say_so() {
        for role in Role::ALL {
            assert_eq!(Role::ASSIGNABLE.contains(&role), role.is_assignable(), "{role}");
        }
    }
}
