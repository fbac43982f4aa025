//! What tasks and accounts refuse, and what they show.

use std::time::Duration;

use contracts::{
    Caller, Field, FieldProblem, InvalidField, Money, Role, ServiceError, TaskId, UserId,
    accounting::{AuditLogPart, EntryKind},
    tracker::{Assignment, CreationKey, NewTask, SearchText, TaskCounts, TaskOrder, TaskQuery, TaskStatus},
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

    assert_eq!(tracker.own_tasks(assignee, TaskQuery::newest(TaskStatus::InProgress)).await, Ok(vec![]));
    let done = tracker.own_tasks(assignee, TaskQuery::newest(TaskStatus::Done)).await.expect("own tasks");
    assert_eq!(done.iter().map(|task| task.task_id).collect::<Vec<_>>(), [task.task_id]);
    assert_eq!(
        tracker.own_tasks(assignee, TaskQuery { after: Some(task.task_id), ..TaskQuery::newest(TaskStatus::Done) }).await,
        Ok(vec![])
    );
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
    let created = company.services.tracker.create(company.employees[0], task, None).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_creates_no_other_task() {
    let company = Company::found(12).await;
    let tracker = &company.services.tracker;
    let [caller, other] = [company.employees[0], company.employees[1]];
    let new = |title| NewTask::parse(title, "All of them").expect("a task");
    let key = CreationKey::parse("form-1").expect("a key");
    // At the same time and later: one task, which costs its fee once.
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let (tracker, task, key) = (tracker.clone(), new("Sort seeds"), key.clone());
            tokio::spawn(async move { tracker.create(caller, task, Some(key)).await })
        })
        .collect();
    let mut created = Vec::new();
    for answer in asked {
        created.push(answer.await.expect("an answer").expect("a task"));
    }
    created.push(tracker.create(caller, new("Sort seeds"), Some(key.clone())).await.expect("a task"));
    created.dedup();
    assert_eq!(created.len(), 1);
    company.work_until_settled().await;
    company.assert_count("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'", 1).await;

    let taken = ServiceError::Invalid(InvalidField { field: Field::CreationKey, problem: FieldProblem::Taken });
    assert_eq!(tracker.create(caller, new("Sort stones"), Some(key.clone())).await, Err(taken));
    // Keys are one's own, and without one each request is another.
    tracker.create(other, new("Sort stones"), Some(key)).await.expect("a task");
    tracker.create(caller, new("Sort seeds"), None).await.expect("a task");
    tracker.create(caller, new("Sort seeds"), None).await.expect("a task");
    company.assert_count("tasks", "SELECT count(*) FROM tracker.task", 4).await;
    company.assert_count("assignments", "SELECT count(*) FROM tracker.assignment", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_tasks_are_found_by_words_in_any_form_and_by_parts_of_words() {
    let mut company = Company::of_nobody(13).await;
    company.hire("Kesha", Role::Worker).await;
    let (tracker, caller) = (&company.services.tracker, company.employees[0]);
    for (title, description) in [
        ("Посчитать семечки", "Все до одной"),
        ("Count the seeds", "All of them, 100 % of them"),
        ("Polish the bells", "Нельзя: звонить"),
        ("Ring a bell", ""),
    ] {
        tracker.create(caller, NewTask::parse(title, description).expect("a task"), None).await.expect("it is stored");
    }
    let found = async |search: &str, order, after| {
        let query = TaskQuery {
            search: SearchText::parse(search).expect("a text"),
            order,
            after,
            limit: 2,
            ..TaskQuery::newest(TaskStatus::InProgress)
        };
        let tasks = tracker.own_tasks(caller, query).await.expect("tasks");
        tasks.into_iter().map(|task| task.task_id.0).collect::<Vec<_>>()
    };
    for (search, tasks) in [
        ("семечками", vec![1]),
        ("counting", vec![2]),
        ("bell", vec![4, 3]),
        ("ЗВОНИТЬ", vec![3]),
        ("емеч", vec![1]),
        ("100 %", vec![2]),
        ("4", vec![4]),
        ("bells -polish", vec![4]),
        ("\"the seeds\"", vec![2]),
        ("' OR true; --", vec![]),
        ("stones", vec![]),
    ] {
        assert_eq!(found(search, TaskOrder::Newest, None).await, tasks, "{search}");
    }
    assert_eq!(found("", TaskOrder::Newest, None).await, [4, 3]);
    assert_eq!(found("", TaskOrder::Newest, Some(TaskId(3))).await, [2, 1]);
    assert_eq!(found("", TaskOrder::Oldest, None).await, [1, 2]);
    assert_eq!(found("", TaskOrder::Oldest, Some(TaskId(2))).await, [3, 4]);
    assert_eq!(found("", TaskOrder::Oldest, Some(TaskId(4))).await, [0; 0]);

    let done = tracker.resolve(caller, TaskId(2)).await.expect("it is finished");
    assert_eq!(tracker.own_counts(caller).await, Ok(TaskCounts { open: 3, done: 1 }));
    let history = tracker.history(TaskId(2)).await.expect("what has become of it");
    assert_eq!((history.task, history.creator_user_id, history.assigned_times), (done.clone(), caller.user_id, 1));
    let assignment = Assignment { assignee_user_id: caller.user_id, assigned_at: done.creation_time, run_id: None };
    assert_eq!(history.assignments, [assignment]);
    assert_eq!(tracker.history(TaskId(99)).await, Err(ServiceError::NotFound));
}
