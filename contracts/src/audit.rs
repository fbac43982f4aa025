//! The audit: everything that is stored about money, recomputed from the ledger and the events.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, ServiceError};

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditRule {
    /// The balance after an entry is the sum up to it, and entries are numbered without gaps.
    RunningSums,
    /// A balance is the sum of its entries.
    Balances,
    /// A payout is all that the account held at the end of the day, once.
    Payouts,
    /// A letter tells of the payout and of what is owed.
    Letters,
    /// The income of a day is the sum of its entries.
    Income,
    /// An event has one delivery per subscription to it.
    Deliveries,
    /// Who discards a delivery says why.
    Discards,
    /// A task is created once, and priced once where accounting heard of it.
    Prices,
    /// An assignment that was heard of is charged once, as it was told.
    Withdrawals,
    /// A task's end that was heard of is paid once, as it was told.
    Deposits,
    /// A task is paid at most once, and only when it is done.
    TaskEnds,
    /// Every assignment is told once, as it was made, and nothing else is.
    Assignments,
    /// A task's assignee is the one of its newest assignment, and only they resolve it.
    Assignees,
    /// A reassign run counts what it told, and told each of its batches once.
    ReassignRuns,
    /// Every entry that is neither a fee nor a reward is a payout, one for an account and a day.
    OtherEntries,
    /// Days are paid in order and without gaps, from the first one of the ledger.
    Runs,
    /// A run sums up what it paid and told.
    RunTotals,
    /// A run leaves out no account.
    RunAccounts,
    /// A letter is to be sent once, and is sent where that is done.
    SentLetters,
    /// Each revision of a day's income is told once, the newest as it stands.
    Revisions,
    /// Every entry is told once, as it was booked.
    Changes,
    /// The dashboard's income of a day is its newest revision.
    AnalyticsIncome,
    /// The dashboard counts the accounts that entries put below zero.
    NegativeAccounts,
    /// The dashboard's most expensive task of a day is that of those finished on it.
    RemarkableTasks,
}

impl AuditRule {
    /// How many there are.
    pub const COUNT: usize = 24;

    /// Its name, in the API and in reports of tools.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunningSums => "running_sums",
            Self::Balances => "balances",
            Self::Payouts => "payouts",
            Self::Letters => "letters",
            Self::Income => "income",
            Self::Deliveries => "deliveries",
            Self::Discards => "discards",
            Self::Prices => "prices",
            Self::Withdrawals => "withdrawals",
            Self::Deposits => "deposits",
            Self::TaskEnds => "task_ends",
            Self::Assignments => "assignments",
            Self::Assignees => "assignees",
            Self::ReassignRuns => "reassign_runs",
            Self::OtherEntries => "other_entries",
            Self::Runs => "runs",
            Self::RunTotals => "run_totals",
            Self::RunAccounts => "run_accounts",
            Self::SentLetters => "sent_letters",
            Self::Revisions => "revisions",
            Self::Changes => "changes",
            Self::AnalyticsIncome => "analytics_income",
            Self::NegativeAccounts => "negative_accounts",
            Self::RemarkableTasks => "remarkable_tasks",
        }
    }
}

/// What an audit found about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What must hold.
    pub rule: AuditRule,
    /// How many things were looked at.
    pub looked_at: u64,
    /// How many of them break the rule.
    pub breaches: u64,
    /// The first of them, with its numbers.
    pub first: Option<String>,
}

impl Finding {
    /// Nothing looked at yet.
    #[must_use]
    pub const fn of(rule: AuditRule) -> Self {
        Self { rule, looked_at: 0, breaches: 0, first: None }
    }

    /// Whether the rule holds.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.breaches == 0
    }

    /// One thing more, and what is wrong with it, if anything is.
    pub fn look_at(&mut self, wrong: Option<String>) {
        self.looked_at += 1;
        if let Some(wrong) = wrong {
            self.breaches += 1;
            self.first.get_or_insert(wrong);
        }
    }
}

/// An audit, as far as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditReport {
    /// When it began: the books are looked at as they were then.
    pub began_at: DateTime<Utc>,
    /// How it stands.
    pub status: AuditStatus,
    /// How many rules there are.
    pub rules: usize,
    /// What was found so far, rule by rule.
    pub findings: Vec<Finding>,
}

/// How an audit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditStatus {
    /// It goes on.
    Running,
    /// Everything was looked at.
    Done,
    /// It was broken off: the database failed, it took too long, or the program made a mistake.
    BrokenOff,
}

/// What the pages and the API may ask of the audit, for admins only.
#[async_trait]
pub trait Audit: Send + Sync + 'static {
    /// The last audit that this process has begun, if there was one.
    async fn last(&self, actor: Actor) -> Result<Option<AuditReport>, ServiceError>;

    /// Begins an audit, which goes on in the background. Where one goes on already, that one is answered.
    async fn begin(&self, actor: Actor) -> Result<AuditReport, ServiceError>;
}
