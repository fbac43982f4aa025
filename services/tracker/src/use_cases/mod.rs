//! What the service does, one file per verb: authorise, load, decide, save and record events, in one transaction.

pub(crate) mod cancel_reassign;
pub(crate) mod create;
pub(crate) mod history;
pub(crate) mod list_own;
pub(crate) mod list_tasks;
pub(crate) mod reassign_runs;
pub(crate) mod resolve;
pub(crate) mod start_reassign;
