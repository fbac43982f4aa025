//! The only SQL on schema `accounting`.

pub(crate) mod account;
pub(crate) mod account_log;
pub(crate) mod manager_income_by_day;
pub(crate) mod task_price;
