//! Hints on a real Redis.

use std::{future::pending, time::Duration};

use contracts::{Caller, Role, UserId};
use futures_util::FutureExt as _;
use live::{CannotFollow, Changes, HintChannel, HintListener, publishing};
use platform::randomness::Randomness;
use testbed::{Addresses, Company};
use tokio_util::sync::CancellationToken;

/// How long something may take that is to happen.
const PATIENCE: Duration = Duration::from_mins(1);

/// Less than it takes to notice by its silence that a connection is dead.
const BEFORE_SILENCE: Duration = Duration::from_secs(15);

async fn heard(changes: &mut Changes) -> Option<()> {
    tokio::time::timeout(PATIENCE, changes.next()).await.expect("in time")
}

fn channel(addresses: &Addresses) -> HintChannel {
    HintChannel::new(&addresses.redis_url.parse().expect("an address")).expect("a channel")
}

fn listener(company: &Company) -> HintListener {
    HintListener::start(channel(&company.addresses), Randomness::seeded(1), CancellationToken::new())
}

fn publish_for_ever(company: &Company) {
    tokio::spawn(publishing(channel(&company.addresses), company.services.hints.clone(), pending::<()>()));
}

/// Follows what changes for somebody as soon as that is possible.
async fn follow(listener: &HintListener, caller: Caller) -> Changes {
    let following = async {
        loop {
            if let Ok(changes) = listener.changes_for(caller).await {
                return changes;
            }
        }
    };
    tokio::time::timeout(PATIENCE, following).await.expect("in time")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_charged_and_paid_hears_of_it_and_nobody_else() {
    let company = Company::found(31).await;
    let listener = listener(&company);
    let mut of_each = Vec::new();
    for employee in &company.employees {
        of_each.push(follow(&listener, *employee).await);
    }
    publish_for_ever(&company);

    let task = company.create_task("Sing").await;
    let assignee = company.employees.iter().position(|employee| employee.user_id == task.assignee_user_id).expect("an employee");
    heard(&mut of_each[assignee]).await.expect("that a fee is pending");
    company.work_until_settled().await;
    heard(&mut of_each[assignee]).await.expect("that the fee is booked");
    for (_, changes) in of_each.iter_mut().enumerate().filter(|(employee, _)| *employee != assignee) {
        assert_eq!(changes.next().now_or_never(), None, "nothing has changed for the others");
    }
    company.resolve(&task).await;
    heard(&mut of_each[assignee]).await.expect("that a reward is pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_to_be_asked_for_is_told_once() {
    let mut company = Company::of_nobody(34).await;
    company.hire("Kesha", Role::Worker).await;
    let listener = listener(&company);
    let mut changes = follow(&listener, company.employees[0]).await;
    let (mut told, mut other) = (0, follow(&listener, company.employees[0]).await);
    publish_for_ever(&company);
    for number in 0..20 {
        company.create_task(&format!("Task {number}")).await;
    }
    heard(&mut changes).await.expect("that something has changed");
    changes.gather(Duration::from_secs(2)).await.expect("Redis is there");
    assert_eq!(changes.next().now_or_never(), None, "all of it was gathered");
    while other.next().now_or_never().is_some() {
        told += 1;
    }
    assert!((1..=20).contains(&told), "{told} times for 20 changes");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_redis_fails_nobody_waits_for_hints_in_vain_and_the_first_one_after_it_is_heard() {
    let mut company = Company::of_nobody(32).await;
    company.hire("Kesha", Role::Worker).await;
    let (listener, worker) = (listener(&company), company.employees[0]);
    let mut changes = follow(&listener, worker).await;
    publish_for_ever(&company);
    company.create_task("Sing").await;
    heard(&mut changes).await.expect("that a fee is pending");
    changes.gather(Duration::from_secs(1)).await.expect("Redis is there");

    company.servers.stop_redis().expect("Redis stops");
    let ended = tokio::time::timeout(BEFORE_SILENCE, changes.next()).await.expect("at once");
    assert_eq!(ended, None, "nothing is heard any more");
    assert_eq!(listener.changes_for(worker).await.err(), Some(CannotFollow::HearsNothing));

    company.servers.start_redis().expect("Redis starts");
    let mut changes = follow(&listener, worker).await;
    company.create_task("Sing louder").await;
    tokio::time::timeout(BEFORE_SILENCE, changes.next()).await.expect("soon").expect("that a fee is pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_work_has_changed_is_told_when_it_has_ended() {
    let mut company = Company::of_nobody(35).await;
    company.hire("Kesha", Role::Worker).await;
    let listener = listener(&company);
    let mut changes = follow(&listener, company.employees[0]).await;
    let work = async { company.create_task("Sing").await };
    let task = publishing(channel(&company.addresses), company.services.hints.clone(), work).await;
    assert_eq!(task.assignee_user_id, company.employees[0].user_id);
    heard(&mut changes).await.expect("that a fee is pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_keeps_no_page_waiting() {
    let company = Company::of_nobody(33).await;
    let shutdown = CancellationToken::new();
    let listener = HintListener::start(channel(&company.addresses), Randomness::seeded(1), shutdown.clone());
    let mut changes = follow(&listener, Caller { user_id: UserId(uuid::Uuid::nil()), role: Role::Worker }).await;
    shutdown.cancel();
    assert_eq!(heard(&mut changes).await, None);
}
