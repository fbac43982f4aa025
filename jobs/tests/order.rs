//! Events arrive in any order (specification, decisions 12 and 13).

use contracts::{Actor, DeliveryId, Fact, Moment, TaskResolve};
use platform::{
    bus::{Outbox, Wake},
    database::Role,
    randomness::Randomness,
};
use testbed::Company;

use crate::worker_process::start_workers;

const CHARGE_IS_DEAD: &str = "SELECT status = 'dead' FROM bus.delivery WHERE subscription = 'accounting.task_assign'";

async fn status(company: &Company, subscription: &str) -> (String, Option<String>, i32) {
    sqlx::query_as("SELECT status, awaits, failures FROM bus.delivery WHERE subscription = $1")
        .bind(subscription)
        .fetch_one(&company.owner)
        .await
        .expect("the delivery is there")
}

/// Holds the delivery that prices the task back, far in the future.
async fn hold_price_back(company: &Company) {
    change(company, "UPDATE bus.delivery SET due_at = now() + interval '1 day' WHERE subscription = 'accounting.task_create'").await;
}

/// Lets it go.
async fn let_price_come(company: &Company) {
    change(company, "UPDATE bus.delivery SET due_at = now() WHERE subscription = 'accounting.task_create'").await;
}

async fn change(company: &Company, statement: &'static str) {
    sqlx::query(statement).execute(&company.owner).await.expect(statement);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_its_price_waits_for_it_and_spends_no_attempt() {
    let company = Company::found(4).await;
    let task = company.create_task("Learn a new word").await;
    company.resolve(&task).await;
    hold_price_back(&company).await;

    let process = start_workers(&company);
    company.wait_until("all wait", "SELECT count(*) = 3 FROM bus.delivery WHERE status = 'parked'").await;
    for subscription in ["accounting.task_assign", "accounting.task_resolve", "analytics.task_resolve"] {
        assert_eq!(status(&company, subscription).await, ("parked".to_owned(), Some(format!("price:{}", task.task_id)), 0));
    }
    assert_eq!(company.ledger().await, []);

    // The price comes: what waits for it is released with it, long before the safety net would.
    let_price_come(&company).await;
    company.settle().await;
    drop(process);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_dead_letter_becomes_one_and_comes_back_with_it() {
    let company = Company::found(5).await;
    company.create_task("Say nothing").await;
    change(&company, "UPDATE bus.delivery SET status = 'dead', finished_at = now() WHERE subscription = 'accounting.task_create'").await;
    let process = start_workers(&company);
    company.wait_until("the charge is dead too", CHARGE_IS_DEAD).await;
    assert_eq!(company.ledger().await, []);

    let of_price = sqlx::query_scalar("SELECT delivery_id FROM bus.delivery WHERE subscription = 'accounting.task_create'");
    let delivery_id = DeliveryId(of_price.fetch_one(&company.owner).await.expect("the delivery"));
    company.services.queues.retry(Actor::Operator, delivery_id).await.expect("a dead letter can be retried");
    company.settle().await;
    drop(process);
    company.assert_books_are_right().await;
    company.assert_count("retries that are noted", "SELECT count(*) FROM bus.intervention WHERE action = 'retry'", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_at_once_that_it_waits_in_vain() {
    let company = Company::found(7).await;
    company.create_task("Listen").await;
    hold_price_back(&company).await;
    let process = start_workers(&company);
    company.wait_until("the charge waits", "SELECT count(*) = 1 FROM bus.delivery WHERE status = 'parked'").await;

    // The safety net would take five minutes.
    change(&company, "UPDATE bus.event SET payload = '{}' WHERE kind = 'task_create'").await;
    let_price_come(&company).await;
    company.wait_until("the charge is dead too", CHARGE_IS_DEAD).await;
    drop(process);
    assert_eq!(company.ledger().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_comes_after_a_day_is_not_too_late() {
    let company = Company::found(8).await;
    company.create_task("Wait for Godot").await;
    hold_price_back(&company).await;
    let process = start_workers(&company);
    company.wait_until("the charge waits", "SELECT count(*) = 1 FROM bus.delivery WHERE status = 'parked'").await;
    change(&company, "UPDATE bus.delivery SET awaits_since = now() - interval '25 hours', due_at = now() WHERE status = 'parked'").await;
    company.wait_until("patience is over", CHARGE_IS_DEAD).await;

    let_price_come(&company).await;
    company.settle().await;
    drop(process);
    company.assert_books_are_right().await;
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
    let recorded = outbox.record(&mut connection, &[outbox.event(occurred, fact)]).await.expect("the event is recorded");
    outbox.committed(recorded);

    company
        .wait_until(
            "the second event is a dead letter",
            "SELECT count(*) = 1 FROM bus.delivery WHERE status = 'dead' AND last_error LIKE '%was paid already%'",
        )
        .await;
    drop(process);
    assert_eq!(company.ledger().await, ledger);
}
