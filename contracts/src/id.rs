use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

/// Defines ids: each its own type, so that one can never be taken for another.
macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident($inner:ty);)+) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| InvalidId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

ids! {
    /// An employee, for ever: employees may change role and leave, their ledger stays.
    UserId(Uuid);
    /// An event: the key under which every effect of it is applied once. Ids of later events sort after earlier ones (UUID 7).
    EventId(Uuid);
    /// One event's way to one subscription.
    DeliveryId(i64);
    /// A task. Tasks are numbered, because people speak of "task 42".
    TaskId(i64);
    /// One reassignment of all open tasks.
    RunId(i64);
    /// An employee's account.
    AccountId(i64);
    /// A letter about a payroll.
    LetterId(i64);
    /// An entry of the ledger.
    LogId(i64);
    /// One rebuild of the read models.
    RebuildId(i64);
}
