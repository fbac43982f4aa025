//! What the service does, one file per verb: authorise, load, decide, save and record events, in one transaction.

pub(crate) mod create;
pub(crate) mod list_own;
pub(crate) mod list_tasks;
pub(crate) mod resolve;
