//! The only SQL on schema `tracker`.

pub(crate) mod assignment;
pub(crate) mod reassign_failure;
pub(crate) mod reassign_run;
pub(crate) mod reassign_share;
pub(crate) mod task;
