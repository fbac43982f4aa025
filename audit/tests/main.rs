//! The audit notices what is wrong: every rule is broken once. What is right it leaves alone, also while people work.

use std::time::Duration;

use contracts::{Actor, DeliveryId, queues::DiscardReason};
use sqlx::{AssertSqlSafe, Executor as _};
use testbed::{Company, Manner};

/// For how long deliveries that are done are kept.
const DONE_KEPT: Duration = Duration::from_hours(90 * 24);

/// A harm, and the rule that must notice it. Others may notice it too.
const HARMS: [(&str, &str); 26] = [
    ("an event has one delivery", "DELETE FROM bus.delivery WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery)"),
    ("a task is created once", "DELETE FROM accounting.task_price WHERE task_id = (SELECT min(task_id) FROM tracker.task)"),
    (
        "a task is created once",
        "INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time) VALUES (0, 1, 1, now())",
    ),
    ("a task is created once", "DELETE FROM tracker.task WHERE task_id = (SELECT min(task_id) FROM tracker.task)"),
    ("an assignment that was heard of", "UPDATE accounting.account_log SET amount = amount + 1 WHERE type = 'WITHDRAW'"),
    ("an assignment that was heard of", "UPDATE bus.delivery SET status = 'dead' WHERE subscription = 'accounting.task_assign'"),
    ("a task's end that was heard of", "UPDATE accounting.account_log SET business_day = business_day + 1 WHERE type = 'DEPOSIT'"),
    ("a task is paid at most once", "UPDATE tracker.task SET status = 'IN_PROGRESS', resolution_time = NULL"),
    (
        "every other entry is a payout",
        "UPDATE accounting.account_log SET type = 'CLEAR', business_day = business_day - 5
         WHERE log_id = (SELECT min(log_id) FROM accounting.account_log)",
    ),
    ("a payout is all", "UPDATE accounting.account_log SET amount = amount - 1 WHERE type = 'CLEAR'"),
    (
        "a payout is all",
        "UPDATE accounting.account_log SET business_day = business_day - 1 WHERE log_id = (SELECT max(log_id) FROM accounting.account_log
             WHERE type = 'CLEAR')",
    ),
    (
        "days are paid in order",
        "INSERT INTO accounting.payroll_run (business_day) SELECT max(business_day) + 2 FROM accounting.payroll_run",
    ),
    ("a run sums up", "DELETE FROM accounting.letter WHERE letter_id = (SELECT max(letter_id) FROM accounting.letter)"),
    ("a letter tells of", "UPDATE accounting.letter SET balance = balance - 1, paid = paid + 1"),
    ("a balance is the sum", "UPDATE accounting.account SET balance = balance + 1"),
    ("a balance is the sum", "INSERT INTO accounting.account (user_id, balance) VALUES (gen_random_uuid(), 1)"),
    ("the balance after an entry", "UPDATE accounting.account_log SET entry_no = entry_no + 100 WHERE type = 'DEPOSIT'"),
    (
        "who discards a delivery says why",
        "UPDATE bus.delivery SET status = 'discarded' WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery)",
    ),
    ("a letter is to be sent once", "UPDATE accounting.letter SET sent_at = NULL"),
    ("a letter tells of", "UPDATE accounting.letter SET last_entry_no = last_entry_no + 1000"),
    (
        "every entry is told once",
        r#"UPDATE bus.event SET payload = payload || '{"user_id": "00000000-0000-0000-0000-000000000000"}' WHERE kind = 'account_log_change'"#,
    ),
    ("a letter is to be sent once", r#"UPDATE bus.event SET payload = payload || '{"letter_id": 0}' WHERE kind = 'payroll_letter'"#),
    ("the balance after an entry", "UPDATE accounting.account_log SET balance_after = balance_after + 1 WHERE type = 'DEPOSIT'"),
    ("the income of a day", "UPDATE accounting.manager_income_by_day SET total_resolve_price = total_resolve_price - 1"),
    ("each revision of a day", "UPDATE accounting.manager_income_by_day SET revision = revision + 1"),
    ("every entry is told once", r#"UPDATE bus.event SET payload = payload || '{"balance_before": 7}' WHERE kind = 'account_log_change'"#),
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
        let broken: Vec<&str> = findings.iter().filter(|finding| !finding.holds()).map(|finding| finding.rule).collect();
        assert!(broken.iter().any(|broken| broken.starts_with(rule)), "{harm} breaks only {broken:?}");
        assert!(findings.iter().all(|finding| finding.holds() == finding.first.is_none()), "{findings:#?}");
        transaction.rollback().await.expect("nothing has happened");
    }
    let noticed = |rule: &str| HARMS.iter().any(|(begin, _)| rule.starts_with(begin));
    let findings = audit::audit(&company.database, DONE_KEPT, |_| {}).await.expect("the books can be read");
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
        assert!(findings.iter().all(audit::Finding::holds), "{findings:#?}");
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
