//! Redis is only the wire: without it people go on working, and the money follows when it is back. Nobody is to blame for an outage.

use std::time::Duration;

use contracts::{
    Actor,
    queues::{BusState, BusTrouble},
};
use testbed::Company;

use crate::worker_process::start_workers;

async fn state(company: &Company) -> BusState {
    company.services.queues.state(Actor::Operator).await.expect("the state of the bus")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_tasks_go_on_and_the_money_follows() {
    let company = Company::found(30).await;
    assert_eq!(state(&company).await.trouble(), Some(BusTrouble::NobodyWorks));
    let process = start_workers(&company);
    company.create_task("Wake up").await;
    company.settle().await;
    assert_eq!(state(&company).await.trouble(), None);

    company.servers.stop_redis().expect("Redis stops");
    let task = company.create_task("Whistle in the dark").await;
    company.resolve(&task).await;
    company.wait_until("the relay says so", "SELECT count(*) = 1 FROM bus.relay WHERE redis_error IS NOT NULL").await;
    let seen = state(&company).await;
    assert_eq!(seen.trouble(), Some(BusTrouble::RedisDown));
    assert_eq!(seen.queues.iter().map(|queue| queue.waiting + queue.in_flight + queue.parked).sum::<i64>(), 4);
    assert!(seen.relays.iter().all(|relay| relay.redis_failing_since.is_some_and(|since| since <= seen.at)));

    company.servers.start_redis().expect("Redis starts");
    company.settle().await;
    company.wait_until("the relay says so", "SELECT count(*) = 1 FROM bus.relay WHERE redis_error IS NULL").await;
    assert_eq!(state(&company).await.trouble(), None);
    drop(process);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_postgresql_spends_no_attempt() {
    let company = Company::found(31).await;
    company.create_task("Moult").await;
    // The attempt to charge the assignee looks for the price, and does not find out before PostgreSQL ends.
    let lock = company.lock_prices().await;
    let process = start_workers(&company);
    let has_begun = "SELECT EXISTS (SELECT FROM bus.delivery WHERE subscription = 'accounting.task_assign' AND attempt_open)";
    company.wait_until("the attempt has begun", has_begun).await;

    // When PostgreSQL is back, the lease is over.
    let lease_ends = "UPDATE bus.delivery SET due_at = now() + interval '1 second' WHERE subscription = 'accounting.task_assign'";
    sqlx::query(lease_ends).execute(&company.owner).await.expect(lease_ends);
    company.servers.crash_postgres().expect("PostgreSQL ends");
    drop(lock);
    tokio::time::sleep(Duration::from_secs(2)).await;
    company.servers.start_postgres().expect("PostgreSQL starts");
    company.settle().await;
    drop(process);

    let outages = "SELECT count(*) FROM bus.attempt JOIN bus.delivery USING (delivery_id)
         WHERE subscription = 'accounting.task_assign' AND outcome = 'outage'";
    company.assert_count("attempts that an outage ended", outages, 1).await;
    company.assert_count("failures", "SELECT sum(failures) FROM bus.delivery", 0).await;
    company.assert_count("deaths", "SELECT count(*) FROM bus.attempt WHERE outcome IN ('died', 'failed')", 0).await;
    company.assert_books_are_right().await;
}
