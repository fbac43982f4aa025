//! The only SQL on schema `tracker`.

pub(crate) mod task;
