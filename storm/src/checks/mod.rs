//! What must hold when the storm is over and everything is quiet.

mod bus;
mod company;
mod ledger;
mod letters;

use std::time::Duration;

use anyhow::Result;
use platform::randomness::Randomness;
use testbed::Installation;

use crate::model::Model;

/// How many examples of what is wrong are shown: enough to see what they have in common.
const EXAMPLES_MAX: usize = 5;

/// For how long deliveries that are done are kept: no storm lasts that long.
const DONE_KEPT: Duration = Duration::from_hours(90 * 24);

/// Whether something holds.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// What must hold.
    pub(crate) rule: &'static str,
    /// What was looked at, and how much of it.
    pub(crate) counted: String,
    /// How many things break it, and some of them.
    pub(crate) broken: u64,
    pub(crate) examples: Vec<String>,
}

impl Verdict {
    /// Of something that was looked at one by one.
    pub(crate) fn of(rule: &'static str) -> Self {
        Self { rule, counted: String::new(), broken: 0, examples: Vec::new() }
    }

    /// One thing breaks the rule.
    pub(crate) fn breaks(&mut self, example: impl FnOnce() -> String) {
        self.broken += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(example());
        }
    }

    pub(crate) fn having_counted(mut self, counted: String) -> Self {
        self.counted = counted;
        self
    }

    /// Whether nothing breaks the rule.
    pub(crate) const fn holds(&self) -> bool {
        self.broken == 0
    }
}

/// Checks everything: what the tracker, accounting and the bus hold against the model, and the books against themselves.
pub(crate) async fn check(installation: &Installation, mut model: Model) -> Result<Vec<Verdict>> {
    // The services once more, on a way without faults.
    let services = installation.addresses.services(&Randomness::from_system()?)?;
    let mut verdicts = company::check(installation, &services, &mut model).await?;
    verdicts.extend(ledger::check(installation, &services, &model).await?);
    verdicts.extend(bus::check(installation, &model).await?);
    verdicts.extend(letters::check(installation).await?);
    services.close().await;
    for finding in audit::audit(&installation.database, DONE_KEPT, |_| {}).await? {
        let mut verdict = Verdict::of(finding.rule.name()).having_counted(format!("{} looked at", finding.looked_at));
        verdict.broken = finding.breaches;
        verdict.examples.extend(finding.first);
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use contracts::Actor;
    use sqlx::{AssertSqlSafe, Executor as _};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{pace::Pace, plan::Plan, quiet, workload::Workload};

    /// Enough for every kind of event and every employee.
    const EVENTS: u32 = 300;

    /// A harm done to the stored data, and the rule that must notice it.
    const HARMS: [(&str, &str); 13] = [
        ("auth holds", r#"UPDATE auth."user" SET role = 'accountant' WHERE role = 'admin'"#),
        ("the income table", "UPDATE accounting.manager_income_by_day SET total_assign_fee = total_assign_fee + 1"),
        ("balance = sum of the log", "UPDATE accounting.account SET balance = balance + 1"),
        (
            "one CLEAR per account",
            "UPDATE accounting.account_log SET amount = amount - 1
             WHERE log_id = (SELECT max(log_id) FROM accounting.account_log WHERE type = 'CLEAR')",
        ),
        (
            "one WITHDRAW per assignment",
            "UPDATE accounting.account_log SET amount = amount + 1
             WHERE log_id = (SELECT max(log_id) FROM accounting.account_log WHERE type = 'WITHDRAW')",
        ),
        (
            "one DEPOSIT per finished task",
            "UPDATE accounting.account_log SET business_day = business_day - 1
             WHERE log_id = (SELECT max(log_id) FROM accounting.account_log WHERE type = 'DEPOSIT')",
        ),
        (
            "every letter arrived",
            "UPDATE accounting.letter SET sent_at = NULL WHERE letter_id = (SELECT min(letter_id) FROM accounting.letter)",
        ),
        (
            "nothing else is in the ledger",
            r#"UPDATE accounting.account_log SET extra_ids = extra_ids || '{"task_id": 0}'
               WHERE log_id = (SELECT min(log_id) FROM accounting.account_log)"#,
        ),
        ("accounting has one price", "DELETE FROM accounting.task_price WHERE task_id = (SELECT min(task_id) FROM accounting.task_price)"),
        (
            "the tracker holds",
            "DELETE FROM tracker.assignment WHERE task_id = (SELECT max(task_id) FROM tracker.task);
             DELETE FROM tracker.task WHERE task_id = (SELECT max(task_id) FROM tracker.task)",
        ),
        (
            "every reassign run has ended",
            "UPDATE tracker.reassign_run SET status = 'running', finished_at = NULL WHERE run_id = (SELECT max(run_id) FROM tracker.reassign_run)",
        ),
        (
            "dead letters are exactly",
            "UPDATE bus.delivery SET status = 'dead' WHERE delivery_id = (SELECT max(delivery_id) FROM bus.delivery)",
        ),
        (
            "every delivery is done or dead",
            "UPDATE bus.delivery SET status = 'waiting', finished_at = NULL, due_at = now() + interval '1 day'
             WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery)",
        ),
    ];

    #[tokio::test(flavor = "multi_thread")]
    async fn a_calm_company_passes_and_each_harm_is_noticed() {
        let installation = Installation::start().await.expect("an installation");
        let workload = Workload::found(&installation.addresses, 1).await.expect("a company");
        let randomness = Randomness::seeded(1);
        let services = installation.addresses.services(&randomness).expect("the services");
        let jobs = installation.addresses.jobs(&services, randomness).expect("the background work");
        tokio::spawn(jobs.run(CancellationToken::new()));

        let pace = Arc::new(Pace::new(&Plan { steps: Vec::new() }, EVENTS));
        pace.faults_are_over();
        let count = async {
            while pace.turn().await {
                let events: i64 =
                    sqlx::query_scalar("SELECT count(*) FROM bus.event").fetch_one(&installation.owner).await.expect("events");
                pace.counted(events.unsigned_abs());
            }
        };
        let ((), worked, ()) = tokio::join!(pace.run(), workload.run(&pace, 1), count);
        worked.expect("the company works");
        // One at least, whatever the clients chose to do.
        let run = services.reassign.start(Actor::Operator).await.expect("a run");
        workload.model().runs.insert(run.run_id);
        testbed::wait_for_quiet(&installation.owner, Duration::from_mins(1)).await.expect("quiet");
        assert!(quiet::spend_night(&installation).await.expect("a night").holds());

        let model = workload.model().clone();
        let broken = async || -> Vec<&'static str> {
            let verdicts = check(&installation, model.clone()).await.expect("everything can be read");
            verdicts.iter().filter(|verdict| !verdict.holds()).map(|verdict| verdict.rule).collect()
        };
        assert_eq!(broken().await, Vec::<&str>::new());
        installation.owner.execute("ALTER TABLE accounting.account_log DISABLE TRIGGER USER").await.expect("the owner may");
        for (rule, harm) in HARMS {
            assert!(!broken().await.iter().any(|broken| broken.starts_with(rule)), "{rule} is broken too early");
            installation.owner.execute(AssertSqlSafe(harm)).await.unwrap_or_else(|error| panic!("{harm}: {error}"));
            assert!(broken().await.iter().any(|broken| broken.starts_with(rule)), "{harm} is not noticed");
        }
    }
}
