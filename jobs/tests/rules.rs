//! What tasks and accounts refuse, and what they show.

use std::time::Duration;

use contracts::{
    Caller, Money, Role, ServiceError, TaskId, UserId,
    accounting::{AuditLogPart, EntryKind},
    tracker::{NewTask, TaskStatus},
};

use platform::{bus::Lease, database, request_id};
use sqlx::Row as _;
use testbed::Company;

use crate::worker_process::start_workers;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_finished_once_and_by_who_has_it() {
    let company = Company::found(7).await;
    let task = company.create_task("Crack a nut").await;
    let assignee = Caller { user_id: task.assignee_user_id, role: Role::Worker };
    let stranger = *company.employees.iter().find(|employee| employee.user_id != task.assignee_user_id).expect("three employees");
    let tracker = &company.services.tracker;

    assert_eq!(tracker.resolve(stranger, task.task_id).await, Err(ServiceError::NotYourTask));
    assert_eq!(tracker.resolve(assignee, TaskId(i64::MAX)).await, Err(ServiceError::NotFound));
    assert_eq!(tracker.resolve(assignee, task.task_id).await.map(|task| task.status), Ok(TaskStatus::Done));
    assert_eq!(tracker.resolve(assignee, task.task_id).await, Err(ServiceError::AlreadyDone));
    company.assert_counts(1, 3).await; // created, assigned, resolved

    assert_eq!(tracker.own_tasks(assignee, TaskStatus::InProgress, None).await, Ok(vec![]));
    let done = tracker.own_tasks(assignee, TaskStatus::Done, None).await.expect("own tasks");
    assert_eq!(done.iter().map(|task| task.task_id).collect::<Vec<_>>(), [task.task_id]);
    assert_eq!(tracker.own_tasks(assignee, TaskStatus::Done, Some(task.task_id)).await, Ok(vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_follows_from_a_request_carries_its_id() {
    let company = Company::found(10).await;
    let process = start_workers(&company);
    request_id::on_behalf_of(Some("click-17".to_owned()), company.create_task("Ring a bell")).await;
    company.settle().await;
    drop(process);

    let events: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT kind, request_id FROM bus.event ORDER BY kind").fetch_all(&company.owner).await.expect("the events");
    let kinds = ["account_log_change", "manager_income_by_day_change", "task_assign", "task_create"];
    assert_eq!(events, kinds.map(|kind| (kind.to_owned(), Some("click-17".to_owned()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_given_a_task_nothing_is_stored() {
    let company = Company::found(8).await;
    sqlx::query(r#"UPDATE auth."user" SET role = 'manager'"#).execute(&company.owner).await.expect("roles can be changed");
    let task = NewTask::parse("Lead", "").expect("a task");
    let created = company.services.tracker.create(company.employees[0], task).await;
    assert_eq!(created, Err(ServiceError::NobodyAssignable));
    company.assert_counts(0, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_employee_sees_what_was_booked_and_for_which_task() {
    let company = Company::found(9).await;
    let process = start_workers(&company);
    let task = company.create_task("Fetch a stick").await;
    company.resolve(&task).await;
    company.settle().await;
    drop(process);

    let assignee = Caller { user_id: task.assignee_user_id, role: Role::Worker };
    let accounting = &company.services.accounting;
    let log = accounting.own_audit_log(assignee, AuditLogPart::default()).await.expect("the audit log");
    let price = accounting.prices(&[task.task_id]).await.expect("the price")[0];
    assert_eq!(log.opening_balance, Money::ZERO);
    let mut booked: Vec<(EntryKind, Money)> = log.entries.iter().map(|entry| (entry.entry_kind, entry.signed_amount)).collect();
    booked.sort_by_key(|(_, amount)| *amount);
    assert_eq!(booked, [(EntryKind::Withdraw, -price.assign_fee), (EntryKind::Deposit, price.resolve_price)]);
    assert!(log.entries.iter().all(|entry| entry.task.as_ref().is_some_and(|shown| shown.title == "Fetch a stick")));
    let balance = accounting.own_balance(assignee).await.expect("the balance").balance;
    assert_eq!(log.entries.last().map(|entry| entry.balance_after), Some(balance));
    assert_eq!(Some(balance), price.resolve_price.checked_sub(price.assign_fee));

    let stranger = Caller { user_id: UserId(uuid::Uuid::nil()), role: Role::Worker };
    assert_eq!(accounting.own_balance(stranger).await.expect("the balance").balance, Money::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_limits_of_services_are_shorter_than_a_lease() {
    let company = Company::found(10).await;
    for setting in ["idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"] {
        let milliseconds: i64 = sqlx::query_scalar("SELECT setting::bigint FROM pg_settings WHERE name = $1")
            .bind(setting)
            .fetch_one(&company.pool(database::Role::Accounting))
            .await
            .expect("the setting can be read");
        assert!(
            0 < milliseconds && u128::from(milliseconds.unsigned_abs()) < Lease::SHORT.length.as_millis(),
            "{setting}: {milliseconds} ms"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_begin_was_abandoned_is_not_used_again() {
    let company = Company::found(12).await;
    let pool = company.pool(database::Role::Tracker);
    // Abandoned at every stage that a moment can hit: before it is sent, on its way, and answered.
    for patience_microseconds in (0..2_000).step_by(50) {
        let _ = tokio::time::timeout(Duration::from_micros(patience_microseconds), pool.begin()).await;
    }
    // All of them at once, so that none is looked at twice.
    let mut connections = Vec::new();
    for _ in 0..pool.size() {
        connections.push(pool.acquire().await.expect("a connection"));
    }
    for mut connection in connections {
        let answer = sqlx::raw_sql("SELECT now() < statement_timestamp()").fetch_one(&mut *connection).await.expect("an answer");
        assert!(!answer.get::<bool, _>(0), "a connection was given out in the middle of a transaction");
    }
}
