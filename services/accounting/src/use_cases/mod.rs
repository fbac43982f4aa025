//! What the service does when it is asked, one file per verb.

pub(crate) mod carry_on_payroll;
pub(crate) mod compose_letter;
pub(crate) mod income;
pub(crate) mod list_prices;
pub(crate) mod own_account;
pub(crate) mod own_audit_log;
pub(crate) mod own_balance;
pub(crate) mod own_pay_slip;
pub(crate) mod payroll_runs;
pub(crate) mod start_payroll;
