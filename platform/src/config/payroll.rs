use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// Payroll: when a business day has ended, the accounts are paid out.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Payroll {
    /// When the payroll of a day starts, on the day after: a time in the company's time zone. What happened before midnight should be
    /// booked by then; payroll waits for what is not, for half an hour at most.
    #[config(env = "ATES_PAYROLL_STARTS_AT", default = "00:05:00")]
    pub starts_at: NaiveTime,

    /// Who gets a letter: `all` account holders, or only those who are `paid` something.
    #[config(env = "ATES_PAYROLL_LETTERS", default = "all")]
    pub letters: Letters,
}

/// Who gets a letter about a payroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Letters {
    /// Every account holder: also whose payout is zero, with the debt that is carried over.
    All,
    /// Who is paid something.
    Paid,
}
