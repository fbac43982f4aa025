//! Hints on a real Redis.

use std::time::Duration;

use contracts::UserId;
use futures_util::FutureExt as _;
use live::{Changes, HintChannel, HintListener, publish};
use testbed::{Addresses, Company};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long something may take that is to happen.
const PATIENCE: Duration = Duration::from_secs(30);

async fn heard(changes: &mut Changes) -> Option<()> {
    tokio::time::timeout(PATIENCE, changes.next()).await.expect("in time")
}

fn channel(addresses: &Addresses) -> HintChannel {
    HintChannel::new(&addresses.redis_url.parse().expect("an address")).expect("a channel")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_charged_and_paid_hears_of_it_and_nobody_else() {
    let company = Company::found(31).await;
    let (channel, shutdown) = (channel(&company.addresses), CancellationToken::new());
    let listener = HintListener::start(channel.clone(), shutdown.clone());
    let mut of_each: Vec<_> = company.employees.iter().map(|employee| listener.changes_for(employee.user_id).expect("room")).collect();
    for changes in &mut of_each {
        heard(changes).await.expect("that listening has begun");
    }
    tokio::spawn(publish(channel, company.services.hints.clone(), shutdown));

    let task = company.create_task("Sing").await;
    let assignee = company.employees.iter().position(|employee| employee.user_id == task.assignee_user_id).expect("an employee");
    heard(&mut of_each[assignee]).await.expect("that a fee is pending");
    company.work_until_settled().await;
    heard(&mut of_each[assignee]).await.expect("that the fee is booked");
    for (_, changes) in of_each.iter_mut().enumerate().filter(|(employee, _)| *employee != assignee) {
        assert_eq!(changes.next().now_or_never(), None, "nothing has changed for the others");
    }

    of_each[assignee].forget();
    assert_eq!(of_each[assignee].next().now_or_never(), None, "what was asked for since is no news");
    company.end_day().await;
    company.resolve(&task).await;
    heard(&mut of_each[assignee]).await.expect("that a reward is pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_redis_is_back_everybody_asks_again() {
    let company = Company::of_nobody(32).await;
    let listener = HintListener::start(channel(&company.addresses), CancellationToken::new());
    let mut changes = listener.changes_for(UserId(Uuid::nil())).expect("room");
    heard(&mut changes).await.expect("that listening has begun");
    company.servers.stop_redis().expect("Redis stops");
    company.servers.start_redis().expect("Redis starts");
    heard(&mut changes).await.expect("that something may have been missed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_keeps_no_page_waiting() {
    let company = Company::of_nobody(33).await;
    let shutdown = CancellationToken::new();
    let listener = HintListener::start(channel(&company.addresses), shutdown.clone());
    let mut changes = listener.changes_for(UserId(Uuid::nil())).expect("room");
    shutdown.cancel();
    while heard(&mut changes).await.is_some() {}
}
