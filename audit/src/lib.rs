//! The books, recomputed: from the ledger and from the events, across all services, as no service may.
//!
//! Everything is read in one snapshot, in which a transaction has happened with all it did or not at all. So the rules hold at any moment,
//! also while people work: what an event had to do is done exactly where its delivery is done, and left undone where it is not.
//!
//! The ledger goes by once, an entry after the other ([`ledger`]); everything else PostgreSQL compares by itself ([`rules`]).

mod account;
mod ledger;
mod rules;

use std::time::Duration;

use platform::database::Database;
use sqlx::{Connection as _, PgConnection};

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What must hold, in a sentence.
    pub rule: &'static str,
    /// What was looked at.
    pub things: &'static str,
    /// How much of it.
    pub looked_at: u64,
    /// How many things break the rule.
    pub breaches: u64,
    /// The first of them, with its numbers.
    pub first: Option<String>,
}

impl Finding {
    const fn of(rule: &'static str, things: &'static str) -> Self {
        Self { rule, things, looked_at: 0, breaches: 0, first: None }
    }

    /// Whether the rule holds.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.breaches == 0
    }

    /// One thing more, and what is wrong with it, if anything is.
    fn look_at(&mut self, wrong: Option<String>) {
        self.looked_at += 1;
        if let Some(wrong) = wrong {
            self.breaches += 1;
            self.first.get_or_insert(wrong);
        }
    }
}

/// Checks everything, as the auditor, who may read and do nothing else. What is found is told rule by rule.
///
/// `done_kept` is for how long deliveries that are done are kept (`bus.done_days`): older events need none.
pub async fn audit(database: &Database, done_kept: Duration, told: impl FnMut(&Finding)) -> sqlx::Result<Vec<Finding>> {
    let mut auditor = database.connect_auditor().await?;
    let mut snapshot = auditor.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let findings = check(&mut snapshot, done_kept, told).await?;
    snapshot.rollback().await?;
    auditor.close().await?;
    Ok(findings)
}

/// The same on a connection that sees everything, in whatever transaction it is.
pub async fn check(connection: &mut PgConnection, done_kept: Duration, mut told: impl FnMut(&Finding)) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for finding in ledger::check(connection).await? {
        told(&finding);
        findings.push(finding);
    }
    for rule in rules::all(done_kept) {
        let finding = rule.check(connection).await?;
        told(&finding);
        findings.push(finding);
    }
    Ok(findings)
}
