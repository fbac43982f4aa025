use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use contracts::{
    Actor, Role, ServiceError,
    audit::{Audit, AuditReport, AuditRule, AuditStatus, Finding},
};
use platform::database::{Database, Failure};
use tokio::time::timeout;

use crate::audit_as;

/// After so long an audit is given up: nothing that it waits for takes so long.
const AUDIT_LENGTH_MAX: Duration = Duration::from_hours(1);

/// Audits for the pages and the API: one at a time, in the background. Clones are the same.
#[derive(Debug, Clone)]
pub struct Auditor {
    database: Database,
    done_kept: Duration,
    last: Arc<Mutex<Option<AuditReport>>>,
}

impl Auditor {
    /// An auditor who has not looked at anything yet. `done_kept` is for how long deliveries that are done are kept.
    #[must_use]
    pub fn new(database: Database, done_kept: Duration) -> Self {
        Self { database, done_kept, last: Arc::default() }
    }

    fn report(&self) -> MutexGuard<'_, Option<AuditReport>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn begin_now(&self) -> Result<AuditReport, Failure> {
        let mut auditor = self.database.connect_auditor().await?;
        let began_at = sqlx::query_scalar("SELECT now() + clock_offset FROM bus.company_clock").fetch_one(&mut auditor).await?;
        let begun = AuditReport { began_at, status: AuditStatus::Running, rules: AuditRule::COUNT, findings: Vec::new() };
        {
            let mut last = self.report();
            // Somebody may have been faster meanwhile.
            if let Some(running) = last.as_ref().filter(|report| report.status == AuditStatus::Running) {
                return Ok(running.clone());
            }
            *last = Some(begun.clone());
        }
        let this = self.clone();
        tokio::spawn(async move {
            let teller = this.clone();
            let told = move |finding: &Finding| teller.change(|report| report.findings.push(finding.clone()));
            // A task of its own: also one that panics has an end.
            let audit = tokio::spawn(audit_as(auditor, this.done_kept, told));
            let status = match timeout(AUDIT_LENGTH_MAX, audit).await {
                Ok(Ok(Ok(_))) => AuditStatus::Done,
                broken_off => {
                    tracing::warn!(?broken_off, "an audit was broken off");
                    AuditStatus::BrokenOff
                }
            };
            this.change(|report| report.status = status);
        });
        Ok(begun)
    }

    /// Notes something about the audit that goes on.
    fn change(&self, change: impl FnOnce(&mut AuditReport)) {
        if let Some(report) = self.report().as_mut() {
            change(report);
        }
    }
}

#[async_trait]
impl Audit for Auditor {
    async fn last(&self, actor: Actor) -> Result<Option<AuditReport>, ServiceError> {
        actor.require(&[Role::Admin])?;
        Ok(self.report().clone())
    }

    async fn begin(&self, actor: Actor) -> Result<AuditReport, ServiceError> {
        actor.require(&[Role::Admin])?;
        self.begin_now().await.map_err(Failure::answer("audit the books"))
    }
}
