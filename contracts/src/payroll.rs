//! Payroll: when a business day has ended, every account that holds something is paid out (specification, decisions 5 to 7).

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, BusinessDay, LetterId, Money, ServiceError, UserId, letter::WrittenLetter};

/// How many payroll runs a list gives at once.
pub const PAYROLL_RUNS_MAX: usize = 100;

/// How many letters a list gives at once.
pub const LETTERS_PAGE_MAX: i64 = 100;

/// How far a payroll run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayrollStatus {
    /// It waits until what happened on its day is booked.
    Waiting,
    /// It pays one account after the other.
    Booking,
    /// Everybody is paid.
    Done,
}

impl PayrollStatus {
    /// Every status, in the order in which a run has them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Booking, Self::Done];

    /// The status' name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Booking => "booking",
            Self::Done => "done",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The payroll of one business day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PayrollRun {
    /// Of which day.
    pub day: BusinessDay,
    /// How far it is.
    pub status: PayrollStatus,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// The employee who started it; nothing where its time had come, or an operator did.
    pub started_by: Option<UserId>,
    /// How many deliveries of the day were not finished when booking began, because patience was over: what they book is paid by
    /// the next run. Nothing while it waits.
    pub unfinished_deliveries: Option<i64>,
    /// When everybody was paid.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many letters it has written so far.
    pub letters: i64,
    /// How many of them the post has not taken yet.
    pub unsent_letters: i64,
    /// How many accounts it has looked at so far.
    pub accounts: i64,
    /// How many of them were paid something.
    pub payouts: i64,
    /// How much was paid, in cents.
    pub paid: Money,
    /// How many accounts owe something.
    pub debtors: i64,
    /// How much they owe, in cents: zero or less.
    pub debt: Money,
}

/// A letter about a payroll, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LetterSummary {
    /// Which letter.
    pub letter_id: LetterId,
    /// To whom.
    pub user_id: UserId,
    /// What was paid, in cents.
    pub paid: Money,
    /// What the account held after that, in cents: zero, or a debt.
    pub balance: Money,
    /// When the post took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// What the pages and the command line may ask of payroll.
#[async_trait]
pub trait Payroll: Send + Sync + 'static {
    /// The newest runs, at most [`PAYROLL_RUNS_MAX`]: those of days before `before`, where one is given.
    async fn runs(&self, actor: Actor, before: Option<BusinessDay>) -> Result<Vec<PayrollRun>, ServiceError>;

    /// The run of a day; [`ServiceError::NotFound`] where there is none.
    async fn run(&self, actor: Actor, day: BusinessDay) -> Result<PayrollRun, ServiceError>;

    /// Starts the payroll of a day that has ended, and of the days before it that have none yet; where there is a run already, that
    /// one is answered.
    async fn start(&self, actor: Actor, day: BusinessDay) -> Result<PayrollRun, ServiceError>;

    /// The letters about the payroll of a day, at most [`LETTERS_PAGE_MAX`]: those after `after`, where one is given.
    async fn letters(&self, actor: Actor, day: BusinessDay, after: Option<LetterId>) -> Result<Vec<LetterSummary>, ServiceError>;

    /// A letter as the post sends it.
    async fn written_letter(&self, actor: Actor, letter_id: LetterId) -> Result<WrittenLetter, ServiceError>;
}

/// What works payroll off, in the background. Any number of processes may do so at once.
#[async_trait]
pub trait PayrollWork: Send + Sync + 'static {
    /// Starts the runs whose time has come and carries on those that are not done, as far as that is possible now.
    async fn carry_on(&self) -> Result<(), ServiceError>;
}
