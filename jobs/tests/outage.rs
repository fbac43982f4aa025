//! Redis is only the wire: without it people go on working, and the money follows when it is back.

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
    assert_eq!(seen.queues.iter().map(|queue| queue.waiting + queue.in_flight + queue.parked).sum::<i64>(), 3);
    assert!(seen.relays.iter().all(|relay| relay.redis_failing_since.is_some_and(|since| since <= seen.at)));

    company.servers.start_redis().expect("Redis starts");
    company.settle().await;
    company.wait_until("the relay says so", "SELECT count(*) = 1 FROM bus.relay WHERE redis_error IS NULL").await;
    assert_eq!(state(&company).await.trouble(), None);
    drop(process);
    company.assert_books_are_right().await;
}
