//! The books, recomputed: from the ledger and from the events, across all services, as no service may.
//!
//! Everything is read in one snapshot, in which a transaction has happened with all it did or not at all. So the rules hold at any moment,
//! also while people work: what an event had to do is done exactly where its delivery is done, and left undone where it is not.
//!
//! The ledger goes by once, an entry after the other ([`ledger`]); everything else PostgreSQL compares by itself ([`rules`]).

mod account;
mod auditor;
mod ledger;
mod read_models;
mod rules;

use std::time::Duration;

use contracts::audit::Finding;
use platform::database::Database;
use sqlx::{Connection as _, PgConnection};

pub use auditor::Auditor;

/// Checks everything, as the auditor, who may read and do nothing else. What is found is told rule by rule.
///
/// `done_kept` is for how long deliveries that are done are kept (`bus.done_days`): older events need none.
pub async fn audit(database: &Database, done_kept: Duration, told: impl FnMut(&Finding)) -> sqlx::Result<Vec<Finding>> {
    audit_as(database.connect_auditor().await?, done_kept, told).await
}

/// The same on the auditor's connection.
async fn audit_as(mut auditor: PgConnection, done_kept: Duration, told: impl FnMut(&Finding)) -> sqlx::Result<Vec<Finding>> {
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
