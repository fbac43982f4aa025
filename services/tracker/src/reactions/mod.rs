//! What the service does when it hears of events, one file per event.

pub(crate) mod tasks_reassign;
