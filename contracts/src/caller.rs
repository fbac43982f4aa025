use serde::{Deserialize, Serialize};

use crate::{Role, ServiceError, UserId};

/// The employee who asks for something, with the role held when the request began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Who it is.
    pub user_id: UserId,
    /// The role at the time of the request: a change of role counts from the next request on.
    pub role: Role,
}

/// Who does something that an operator may do from the command line as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// An employee, through a page or the API.
    Employee(Caller),
    /// Whoever may run the program on its machine.
    Operator,
}

impl Caller {
    /// Lets only employees of `roles` pass.
    pub fn require(self, roles: &[Role]) -> Result<(), ServiceError> {
        if roles.contains(&self.role) { Ok(()) } else { Err(ServiceError::Forbidden { needs: roles.to_vec() }) }
    }
}

impl Actor {
    /// Which employee it is; nothing for an operator.
    #[must_use]
    pub const fn user_id(self) -> Option<UserId> {
        match self {
            Self::Employee(caller) => Some(caller.user_id),
            Self::Operator => None,
        }
    }

    /// Lets operators and employees of `roles` pass.
    pub fn require(self, roles: &[Role]) -> Result<(), ServiceError> {
        match self {
            Self::Employee(caller) => caller.require(roles),
            Self::Operator => Ok(()),
        }
    }
}
