//! Over the years: done deliveries go, events stay, and a later subscriber hears of all of them.

use std::time::Duration;

use contracts::{EventId, Subscription};
use testbed::Company;
use uuid::Uuid;

use crate::worker_process::start_workers;

const DAY: Duration = Duration::from_hours(24);

/// Back-fills a subscription to its end. Answers how many deliveries were added.
async fn back_fill(company: &Company, subscription: Subscription) -> u64 {
    let (mut after, mut added) = (EventId(Uuid::nil()), 0);
    loop {
        let step = company.services.deliveries.back_fill(subscription, after).await.expect("a step of the back-fill");
        added += step.added;
        match step.last {
            Some(last) => after = last,
            None => return added,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_long_ago_goes_and_is_not_booked_again_when_it_is_delivered_again() {
    let company = Company::found(40).await;
    let process = start_workers(&company);
    for n in 0..5 {
        let task = company.create_task(&format!("Moult, {n}")).await;
        company.resolve(&task).await;
    }
    company.settle().await;
    let ledger = company.ledger().await;
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM bus.event").fetch_one(&company.owner).await.expect("events");

    let deliveries = &company.services.deliveries;
    assert_eq!(deliveries.remove_done(90 * DAY, 100).await.expect("a removal"), 0);
    sqlx::query("UPDATE bus.delivery SET finished_at = finished_at - interval '91 days' WHERE subscription <> 'accounting.task_create'")
        .execute(&company.owner)
        .await
        .expect("time passes");
    assert_eq!(deliveries.remove_done(90 * DAY, 7).await.expect("a removal"), 7);
    assert!(deliveries.remove_done(90 * DAY, 1_000).await.expect("a removal") > 0);
    assert_eq!(deliveries.remove_done(90 * DAY, 7).await.expect("a removal"), 0);
    company.assert_count("events", "SELECT count(*) FROM bus.event", events).await;
    company.assert_count("deliveries", "SELECT count(*) FROM bus.delivery", 5).await;

    for (subscription, added) in [
        (Subscription::AccountingTaskCreate, 0),
        (Subscription::AccountingTaskAssign, 5),
        (Subscription::AccountingTaskResolve, 5),
        (Subscription::AnalyticsAccountLogChange, 10),
        (Subscription::AnalyticsTaskResolve, 5),
    ] {
        assert_eq!(back_fill(&company, subscription).await, added, "{}", subscription.name());
        assert_eq!(back_fill(&company, subscription).await, 0, "{}", subscription.name());
    }
    // A batch tells of the day once: how often it was told is up to the workers.
    assert!(back_fill(&company, Subscription::AnalyticsManagerIncomeByDayChange).await > 0);
    company.settle().await;
    drop(process);
    assert_eq!(company.ledger().await, ledger);
    company.assert_count("events", "SELECT count(*) FROM bus.event", events).await;
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_lies_in_the_partition_of_its_month() {
    let company = Company::found(41).await;
    company.create_task("Look at the moon").await;
    assert_eq!(company.services.deliveries.add_event_partitions().await.expect("partitions"), 0);
    company.assert_count("partitions", "SELECT count(*) FROM pg_inherits WHERE inhparent = 'bus.event'::regclass", 15).await;
    let strays = "SELECT count(*) FROM bus.event
         WHERE tableoid::regclass::text <> 'bus.event_' || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY_MM')";
    company.assert_count("events elsewhere", strays, 0).await;

    // A month for which nobody made a partition in time keeps its events, and goes on to take more.
    sqlx::query("UPDATE bus.company_clock SET clock_offset = interval '10 years'").execute(&company.owner).await.expect("time passes");
    company.create_task("Look at the moon again").await;
    company.assert_count("events of the future", "SELECT count(*) FROM bus.event_of_other_months", 2).await;
}
