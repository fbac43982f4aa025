//! The only SQL on schema `accounting`.

pub(crate) mod account;
pub(crate) mod account_log;
pub(crate) mod letter;
pub(crate) mod manager_income_by_day;
pub(crate) mod payroll_run;
pub(crate) mod pending;
pub(crate) mod task_price;
