//! What the service does when others speak, one file per event.
//!
//! Each writes to every generation that is kept up to date: the live one, and the one that a rebuild is filling.

pub(crate) mod account_log_change;
pub(crate) mod manager_income_by_day_change;
pub(crate) mod task_resolve;

use contracts::{Event, Hint};
use platform::bus::{ReactionError, Recorded};

/// A delivery of one kind of event carries another: the program is wrong, and trying again cannot help.
fn misdelivered(event: &Event) -> ReactionError {
    ReactionError::Contradiction(format!("this subscription does not hear of {}", event.fact.kind()))
}

/// The service tells of no events, only the dashboard of something new.
pub(crate) fn dashboard_changed() -> Recorded {
    Recorded::default().and([Hint::Analytics])
}
