//! The audit notices what is wrong: every rule is broken once. What is right it leaves alone, also while people work.

use std::time::Duration;

use contracts::{
    Actor, Caller, DeliveryId, Role, ServiceError,
    audit::{Audit as _, AuditRule, AuditStatus, Finding},
    queues::DiscardReason,
};
use sqlx::{AssertSqlSafe, Executor as _};
use testbed::{Company, Manner};

/// For how long deliveries that are done are kept.
const DONE_KEPT: Duration = Duration::from_hours(90 * 24);

/// A harm, and the rule that must notice it. Others may notice it too.
const HARMS: [(AuditRule, &str); 42] = [
    (AuditRule::Deliveries, "DELETE FROM bus.delivery WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery)"),
    (AuditRule::Prices, "DELETE FROM accounting.task_price WHERE task_id = (SELECT min(task_id) FROM tracker.task)"),
    (AuditRule::Prices, "INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time) VALUES (0, 1, 1, now())"),
    (
        AuditRule::Prices,
        "DELETE FROM tracker.assignment WHERE task_id = (SELECT min(task_id) FROM tracker.task);
         DELETE FROM tracker.task WHERE task_id = (SELECT min(task_id) FROM tracker.task)",
    ),
    (AuditRule::Withdrawals, "UPDATE accounting.account_log SET amount = amount + 1 WHERE type = 'WITHDRAW'"),
    (AuditRule::Withdrawals, "UPDATE bus.delivery SET status = 'dead' WHERE subscription = 'accounting.task_assign'"),
    (AuditRule::Deposits, "UPDATE accounting.account_log SET business_day = business_day + 1 WHERE type = 'DEPOSIT'"),
    (AuditRule::TaskEnds, "UPDATE tracker.task SET status = 'IN_PROGRESS', resolution_time = NULL"),
    // An assignment that is lost as a whole, before anybody has booked it.
    (
        AuditRule::Assignments,
        "WITH lost AS (
             SELECT event_id FROM bus.event WHERE kind = 'task_assign' AND payload ? 'run_id' ORDER BY event_id DESC LIMIT 1
         ), delivery AS (
             DELETE FROM bus.delivery USING lost WHERE delivery.event_id = lost.event_id
         )
         DELETE FROM bus.event USING lost WHERE event.event_id = lost.event_id",
    ),
    (AuditRule::Assignments, "DELETE FROM tracker.assignment WHERE assignment_id = (SELECT max(assignment_id) FROM tracker.assignment)"),
    (
        AuditRule::Assignments,
        "INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at, run_id)
         SELECT task_id, assignee_user_id, assigned_at, run_id FROM tracker.assignment LIMIT 1",
    ),
    (AuditRule::Assignments, "UPDATE tracker.assignment SET run_id = NULL"),
    (AuditRule::Assignees, "UPDATE tracker.task SET assignee_user_id = gen_random_uuid() WHERE status = 'IN_PROGRESS'"),
    (
        AuditRule::Assignees,
        r#"UPDATE bus.event SET payload = payload || '{"resolver_user_id": "00000000-0000-0000-0000-000000000000"}' WHERE kind = 'task_resolve'"#,
    ),
    (AuditRule::ReassignRuns, "UPDATE tracker.reassign_run SET assigned = assigned + 1"),
    (
        AuditRule::ReassignRuns,
        "DELETE FROM bus.delivery WHERE subscription = 'tracker.tasks_reassign'; DELETE FROM bus.event WHERE kind = 'tasks_reassign'",
    ),
    (AuditRule::ReassignRuns, "UPDATE tracker.reassign_share SET gained = gained + 1"),
    (
        AuditRule::OtherEntries,
        "UPDATE accounting.account_log SET type = 'CLEAR', business_day = business_day - 5
         WHERE log_id = (SELECT min(log_id) FROM accounting.account_log)",
    ),
    (AuditRule::Payouts, "UPDATE accounting.account_log SET amount = amount - 1 WHERE type = 'CLEAR'"),
    (
        AuditRule::Payouts,
        "UPDATE accounting.account_log SET business_day = business_day - 1 WHERE log_id = (SELECT max(log_id) FROM accounting.account_log
             WHERE type = 'CLEAR')",
    ),
    (AuditRule::Runs, "INSERT INTO accounting.payroll_run (business_day) SELECT max(business_day) + 2 FROM accounting.payroll_run"),
    (AuditRule::RunTotals, "DELETE FROM accounting.letter WHERE letter_id = (SELECT max(letter_id) FROM accounting.letter)"),
    (AuditRule::Letters, "UPDATE accounting.letter SET balance = balance - 1, paid = paid + 1"),
    (AuditRule::Balances, "UPDATE accounting.account SET balance = balance + 1"),
    (AuditRule::Balances, "INSERT INTO accounting.account (user_id, balance) VALUES (gen_random_uuid(), 1)"),
    (AuditRule::RunningSums, "UPDATE accounting.account_log SET entry_no = entry_no + 100 WHERE type = 'DEPOSIT'"),
    (AuditRule::Discards, "UPDATE bus.delivery SET status = 'discarded' WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery)"),
    (AuditRule::SentLetters, "UPDATE accounting.letter SET sent_at = NULL"),
    (AuditRule::Letters, "UPDATE accounting.letter SET last_entry_no = last_entry_no + 1000"),
    (
        AuditRule::Changes,
        r#"UPDATE bus.event SET payload = payload || '{"user_id": "00000000-0000-0000-0000-000000000000"}' WHERE kind = 'account_log_change'"#,
    ),
    (AuditRule::SentLetters, r#"UPDATE bus.event SET payload = payload || '{"letter_id": 0}' WHERE kind = 'payroll_letter'"#),
    (AuditRule::RunningSums, "UPDATE accounting.account_log SET balance_after = balance_after + 1 WHERE type = 'DEPOSIT'"),
    (AuditRule::Income, "UPDATE accounting.manager_income_by_day SET total_resolve_price = total_resolve_price - 1"),
    (AuditRule::Revisions, "UPDATE accounting.manager_income_by_day SET revision = revision + 1"),
    (AuditRule::Changes, r#"UPDATE bus.event SET payload = payload || '{"balance_before": 7}' WHERE kind = 'account_log_change'"#),
    (AuditRule::AnalyticsIncome, "UPDATE analytics.company_data_by_day SET total_assign_fee = total_assign_fee + 1"),
    (
        AuditRule::NegativeAccounts,
        "UPDATE analytics.company_data_by_day SET negative_balance_account_change = negative_balance_account_change + 1",
    ),
    (AuditRule::NegativeAccounts, "UPDATE analytics.account_day SET amount = amount + 1 WHERE account_id = 1"),
    (AuditRule::NegativeAccounts, "UPDATE analytics.account SET balance = balance + 1"),
    (AuditRule::RemarkableTasks, "DELETE FROM analytics.remarkable_task_by_day"),
    (AuditRule::RemarkableTasks, "UPDATE analytics.remarkable_task_by_day SET task_id = task_id + 1"),
    (
        AuditRule::RunAccounts,
        "UPDATE bus.event SET occurred_at = occurred_at - interval '2 days', business_day = business_day - 2
         WHERE kind = 'account_log_change' AND (payload ->> 'account_id')::bigint = (SELECT min(account_id) FROM accounting.account);
         WITH left_out AS (DELETE FROM accounting.letter WHERE account_id = (SELECT min(account_id) FROM accounting.account) RETURNING *)
         UPDATE accounting.payroll_run SET letters = letters - 1, accounts = accounts - 1",
    ),
];

/// A company with a day behind it, and its payroll.
async fn company(seed: u64) -> Company {
    let company = Company::found(seed).await;
    for n in 0..6 {
        let task = company.create_task(&format!("Count to {n}")).await;
        if n % 2 == 0 {
            company.resolve(&task).await;
        }
    }
    company.work_until_settled().await;
    // Without anybody to take it into account: the tasks that are left go to somebody, who may be another.
    company.services.reassign.start(Actor::Operator).await.expect("a run");
    company.work_until_settled().await;
    company.end_day().await;
    company.services.payroll_work.carry_on().await.expect("everybody is paid");
    company
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_notices_a_harm() {
    let company = company(1).await;
    company.work_until_settled().await;
    // One that was discarded, with a reason.
    company.create_task("Forget it").await;
    company.owner.execute("UPDATE bus.delivery SET status = 'dead', finished_at = now() WHERE status = 'waiting'").await.expect("a harm");
    let dead: Vec<i64> = sqlx::query_scalar("SELECT delivery_id FROM bus.delivery WHERE status = 'dead'")
        .fetch_all(&company.owner)
        .await
        .expect("dead letters");
    let reason = DiscardReason::parse("nobody wants it").expect("a reason");
    for delivery_id in dead {
        company.services.queues.discard(Actor::Operator, DeliveryId(delivery_id), &reason).await.expect("an operator may");
    }
    company.assert_books_are_right().await;

    for (rule, harm) in HARMS {
        let mut transaction = company.owner.begin().await.expect("a transaction");
        // The ledger resists even its owner.
        transaction.execute("ALTER TABLE accounting.account_log DISABLE TRIGGER USER").await.expect("the owner may");
        transaction.execute(AssertSqlSafe(harm)).await.unwrap_or_else(|error| panic!("{harm}: {error}"));
        let findings = audit::check(&mut transaction, DONE_KEPT, |_| {}).await.expect("the books can be read");
        let broken: Vec<AuditRule> = findings.iter().filter(|finding| !finding.holds()).map(|finding| finding.rule).collect();
        assert!(broken.contains(&rule), "{harm} breaks only {broken:?}");
        assert!(findings.iter().all(|finding| finding.holds() == finding.first.is_none()), "{findings:#?}");
        transaction.rollback().await.expect("nothing has happened");
    }
    let noticed = |rule| HARMS.iter().any(|(harmed, _)| *harmed == rule);
    let findings = audit::audit(&company.database, DONE_KEPT, |_| {}).await.expect("the books can be read");
    assert_eq!(findings.len(), AuditRule::COUNT);
    assert!(findings.iter().all(|finding| noticed(finding.rule) && finding.looked_at > 0 && finding.holds()), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_hold_while_people_work() {
    let company = company(2).await;
    company.mail_server.behave(Manner::Later);
    company.work_here();
    for n in 0..15 {
        let task = company.create_task(&format!("Count on to {n}")).await;
        company.resolve(&task).await;
        let findings = audit::audit(&company.database, DONE_KEPT, |_| {}).await.expect("the books can be read");
        assert!(findings.iter().all(Finding::holds), "{findings:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_that_were_done_long_ago_may_be_gone() {
    let company = company(3).await;
    company.work_until_settled().await;
    company.owner.execute("DELETE FROM bus.delivery").await.expect("a harm");
    let broken = async |done_kept| -> usize {
        let findings = audit::audit(&company.database, done_kept, |_| {}).await.expect("the books can be read");
        findings.iter().filter(|finding| !finding.holds()).count()
    };
    assert_eq!(broken(Duration::ZERO).await, 0);
    assert_eq!(broken(DONE_KEPT).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_audit_in_the_background_and_one_audit_at_a_time() {
    let company = company(4).await;
    company.work_until_settled().await;
    let auditor = audit::Auditor::new(company.database.clone(), DONE_KEPT);
    let worker = Actor::Employee(company.employees[0]);
    let admin = Actor::Employee(Caller { role: Role::Admin, ..company.employees[0] });
    assert_eq!(auditor.begin(worker).await, Err(ServiceError::Forbidden { needs: vec![Role::Admin] }));
    assert_eq!(auditor.last(worker).await, Err(ServiceError::Forbidden { needs: vec![Role::Admin] }));
    assert_eq!(auditor.last(admin).await, Ok(None));

    // It cannot go on before this lets go of the ledger.
    let mut lock = company.owner.begin().await.expect("a transaction");
    lock.execute("SET LOCAL idle_in_transaction_session_timeout = 0").await.expect("a setting");
    lock.execute("LOCK TABLE accounting.account_log IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let begun = auditor.begin(admin).await.expect("an audit");
    assert_eq!((begun.status, begun.findings.len()), (AuditStatus::Running, 0));
    assert_eq!(auditor.begin(admin).await, Ok(begun.clone()), "the same one");
    lock.rollback().await.expect("the ledger is free again");

    company
        .until("the audit is done", async || {
            auditor.last(admin).await.is_ok_and(|last| last.is_some_and(|report| report.status == AuditStatus::Done))
        })
        .await;
    let report = auditor.last(admin).await.expect("an answer").expect("a report");
    assert_eq!((report.began_at, report.findings.len(), report.rules), (begun.began_at, AuditRule::COUNT, AuditRule::COUNT));
    assert!(report.findings.iter().all(Finding::holds), "{report:#?}");
}
