//! Events arrive in any order (specification, decisions 12 and 13).

use contracts::{Fact, Moment, TaskResolve};
use platform::{
    bus::{Outbox, Wake},
    database::Role,
    randomness::Randomness,
};
use testbed::Company;

use crate::worker_process::start_workers;

async fn status(company: &Company, subscription: &str) -> (String, Option<String>, i32) {
    sqlx::query_as("SELECT status, awaits, failures FROM bus.delivery WHERE subscription = $1")
        .bind(subscription)
        .fetch_one(&company.owner)
        .await
        .expect("the delivery is there")
}

/// Holds a subscription's deliveries back, far in the future.
async fn hold_back(company: &Company, subscription: &str) {
    sqlx::query("UPDATE bus.delivery SET due_at = now() + interval '1 day' WHERE subscription = $1")
        .bind(subscription)
        .execute(&company.owner)
        .await
        .expect("deliveries can be held back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_its_price_waits_for_it_and_spends_no_attempt() {
    let company = Company::found(4).await;
    let task = company.create_task("Learn a new word").await;
    company.resolve(&task).await;
    hold_back(&company, "accounting.task_create").await;

    let process = start_workers(&company);
    company.wait_until("both wait", "SELECT count(*) = 2 FROM bus.delivery WHERE status = 'parked'").await;
    for subscription in ["accounting.task_assign", "accounting.task_resolve"] {
        assert_eq!(status(&company, subscription).await, ("parked".to_owned(), Some(format!("price:{}", task.task_id)), 0));
    }
    assert_eq!(company.ledger().await, []);

    // The price comes: what waits for it is released with it, long before the safety net would.
    sqlx::query("UPDATE bus.delivery SET due_at = now() WHERE subscription = 'accounting.task_create'")
        .execute(&company.owner)
        .await
        .expect("the delivery can be let go");
    company.settle().await;
    drop(process);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_dead_letter_becomes_one() {
    let company = Company::found(5).await;
    company.create_task("Say nothing").await;
    sqlx::query("UPDATE bus.delivery SET status = 'dead', finished_at = now() WHERE subscription = 'accounting.task_create'")
        .execute(&company.owner)
        .await
        .expect("a delivery can be killed");
    let process = start_workers(&company);
    company
        .wait_until("the charge is dead too", "SELECT status = 'dead' FROM bus.delivery WHERE subscription = 'accounting.task_assign'")
        .await;
    drop(process);
    assert_eq!(company.ledger().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_was_paid_is_not_paid_for_another_event() {
    let company = Company::found(6).await;
    let process = start_workers(&company);
    let task = company.create_task("Sing").await;
    company.resolve(&task).await;
    company.settle().await;
    let ledger = company.ledger().await;

    // The tracker would never say it twice; somebody does.
    let stranger = company.employees.iter().find(|employee| employee.user_id != task.assignee_user_id).expect("three employees");
    let outbox = Outbox::new(Randomness::seeded(6), Wake::default());
    let fact = Fact::TaskResolve(TaskResolve { task_id: task.task_id, title: task.title.clone(), resolver_user_id: stranger.user_id });
    let occurred = Moment { at: task.creation_time, day: company.services.clock.day_of(task.creation_time) };
    let mut connection = company.pool(Role::Tracker).acquire().await.expect("the tracker's connection");
    outbox.record(&mut connection, &[outbox.event(occurred, fact)]).await.expect("the event is recorded");

    company
        .wait_until(
            "the second event is a dead letter",
            "SELECT count(*) = 1 FROM bus.delivery WHERE status = 'dead' AND last_error LIKE '%was paid already%'",
        )
        .await;
    drop(process);
    assert_eq!(company.ledger().await, ledger);
}
