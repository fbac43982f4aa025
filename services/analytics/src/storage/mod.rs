//! The only SQL of the service. Every read model is there in two [generations](generation).

pub(crate) mod account;
pub(crate) mod company_data_by_day;
pub(crate) mod counted_entry;
pub(crate) mod generation;
pub(crate) mod rebuild;
pub(crate) mod remarkable_task_by_day;
