//! Analytics tells what a recomputation from the ledger finds, whatever the order of events, and whoever dies meanwhile.

use std::{collections::BTreeMap, pin::pin, task::Poll};

use chrono::Days;
use contracts::{
    Actor, BusinessDay, DayRange, Money, Role, ServiceError, Subscription, TaskId,
    analytics::{CompanyDay, RebuildStatus, RemarkableTask},
};
use platform::{bus::Lease, database, randomness::Randomness};
use rand::{RngExt as _, seq::SliceRandom as _};
use sqlx::Executor as _;
use testbed::{Company, SessionKiller};

/// The subscriptions of the service.
const SUBSCRIPTIONS: [Subscription; 3] =
    [Subscription::AnalyticsManagerIncomeByDayChange, Subscription::AnalyticsAccountLogChange, Subscription::AnalyticsTaskResolve];

/// How many days of the company are looked at.
const DAYS: u64 = 6;

/// In how many orders a history is told.
const ORDERS: u64 = 25;

/// The first day of the company.
async fn first_day(company: &Company) -> BusinessDay {
    let day = sqlx::query_scalar("SELECT min(business_day) FROM bus.event");
    BusinessDay(day.fetch_one(&company.owner).await.expect("a first day"))
}

/// Some days of a company, one of them without events, with payroll each night; everything is booked and counted.
async fn history(seed: u64) -> Company {
    let company = Company::found(seed).await;
    let randomness = Randomness::seeded(seed);
    let random = |most: usize| randomness.with(|generator| generator.random_range(0..=most));
    let mut open = Vec::new();
    for day in 0..DAYS - 1 {
        // On the third day everybody sleeps.
        for _ in 0..if day == 2 { 0 } else { 1 + random(4) } {
            open.push(company.create_task("Preen").await);
        }
        let finished = if day == 2 { 0 } else { random(open.len()) };
        for task in open.drain(..finished) {
            company.resolve(&task).await;
        }
        company.work_until_settled().await;
        company.end_day().await;
        company.services.payroll_work.carry_on().await.expect("the day is paid");
        company.work_until_settled().await;
    }
    company
}

/// The days of a company from its first one on, as the service tells them.
async fn told(company: &Company) -> Vec<CompanyDay> {
    let from = first_day(company).await;
    let range = DayRange { from: Some(from), to: Some(BusinessDay(from.0 + Days::new(DAYS))) };
    company.services.analytics.range(Actor::Operator, range).await.expect("the days are told").days
}

/// The same days recomputed: from the entries of the ledger, the ends of tasks and their prices.
async fn recomputed(company: &Company) -> Vec<CompanyDay> {
    let first = first_day(company).await;
    let entries: Vec<(i64, chrono::NaiveDate, String, i64)> =
        sqlx::query_as("SELECT account_id, business_day, type, signed_amount FROM accounting.account_log")
            .fetch_all(&company.owner)
            .await
            .expect("the ledger");
    let finished: Vec<(i64, chrono::NaiveDate, i64)> = sqlx::query_as(
        "SELECT task_id, business_day, resolve_price FROM bus.event
         JOIN accounting.task_price ON task_id = (payload ->> 'task_id')::bigint WHERE kind = 'task_resolve'",
    )
    .fetch_all(&company.owner)
    .await
    .expect("the finished tasks");
    let day = |number| {
        let day = first.0 + Days::new(number);
        let of_kind = |kind: &str| -> Money {
            entries.iter().filter(|entry| entry.1 == day && entry.2 == kind).map(|entry| Money::from_cents(entry.3.abs())).sum()
        };
        let (total_assign_fee, total_resolve_price) = (of_kind("WITHDRAW"), of_kind("DEPOSIT"));
        let mut closing: BTreeMap<i64, i64> = BTreeMap::new();
        for (account_id, _, _, amount) in entries.iter().filter(|entry| entry.1 <= day) {
            *closing.entry(*account_id).or_default() += amount;
        }
        let most_expensive = finished
            .iter()
            .filter(|(_, finished_on, _)| *finished_on == day)
            .max_by_key(|(task_id, _, price)| (*price, -*task_id))
            .map(|(task_id, _, price)| RemarkableTask { task_id: TaskId(*task_id), resolve_price: Money::from_cents(*price) });
        CompanyDay {
            day: BusinessDay(day),
            total_assign_fee,
            total_resolve_price,
            income: total_assign_fee.checked_sub(total_resolve_price).expect("it fits"),
            negative_balance_account_count: i64::try_from(closing.values().filter(|closing| **closing < 0).count()).expect("a number"),
            most_expensive,
        }
    };
    (0..=DAYS).map(day).collect()
}

/// Lets the service forget everything.
async fn forget(company: &Company) {
    let tables = "TRUNCATE analytics.company_data_by_day, analytics.remarkable_task_by_day, analytics.account_day, analytics.account,
                  analytics.counted_entry";
    company.owner.execute(tables).await.expect("the read models can be emptied");
}

/// The deliveries of each subscription of the service.
async fn deliveries(company: &Company) -> BTreeMap<&'static str, Vec<i64>> {
    let mut deliveries = BTreeMap::new();
    for subscription in SUBSCRIPTIONS {
        let ids: Vec<i64> = sqlx::query_scalar("SELECT delivery_id FROM bus.delivery WHERE subscription = $1 ORDER BY delivery_id")
            .bind(subscription.name())
            .fetch_all(&company.owner)
            .await
            .expect("the deliveries");
        assert!(!ids.is_empty(), "{subscription:?} heard of nothing");
        deliveries.insert(subscription.name(), ids);
    }
    deliveries
}

/// Delivers something, whatever has become of it before: as a dispatch of its own. The worker dies after so many steps, where a number is given.
async fn deliver(company: &Company, subscription: &str, delivery_ids: &[i64], dies_after: Option<usize>) {
    let dispatches: Vec<(i64, i32)> = sqlx::query_as(
        // Locked in the order in which the bus does: the session of a worker that has just died may still be at work.
        "WITH wanted AS (SELECT delivery_id FROM bus.delivery WHERE delivery_id = ANY ($1) ORDER BY delivery_id FOR NO KEY UPDATE)
         UPDATE bus.delivery
         SET status = 'dispatched', dispatch_no = dispatch_no + 1, attempt_open = false, finished_at = NULL, due_at = now() + interval '1 hour'
         FROM wanted WHERE delivery.delivery_id = wanted.delivery_id RETURNING delivery.delivery_id, dispatch_no",
    )
    .bind(delivery_ids)
    .fetch_all(&company.owner)
    .await
    .expect("deliveries can be dispatched");
    let begun = company.services.deliveries.begin(&dispatches, Lease::SHORT).await.expect("attempts can begin");
    let reaction = company.services.reactions.iter().find(|reaction| reaction.subscription().name() == subscription).expect("a reaction");
    let attempt = reaction.attempt(&begun.attempts);
    match dies_after {
        None => assert_eq!(attempt.await.expect("the attempt has its effect").applied, delivery_ids.len()),
        Some(steps) => die_after(attempt, steps).await,
    }
}

/// Goes on with something until it has waited for so many answers, and no further.
async fn die_after(work: impl Future, steps: usize) {
    let (mut work, mut left) = (pin!(work), steps);
    std::future::poll_fn(|context| {
        let is_done = work.as_mut().poll(context).is_ready();
        left = left.saturating_sub(1);
        if is_done || left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_are_the_same_whatever_the_order_of_events() {
    for seed in [1, 2] {
        let company = history(seed).await;
        let expected = recomputed(&company).await;
        assert!(expected.iter().any(|day| day.negative_balance_account_count > 0), "nobody was ever in the red: {expected:?}");
        assert!(expected.iter().any(|day| day.most_expensive.is_some()), "nothing was ever finished: {expected:?}");
        assert_eq!(told(&company).await, expected, "as it happened, seed {seed}");

        let deliveries = deliveries(&company).await;
        for order in 0..ORDERS {
            forget(&company).await;
            let randomness = Randomness::seeded(order);
            // Some come twice.
            let mut batches: Vec<(&str, Vec<i64>)> = Vec::new();
            for (subscription, delivery_ids) in &deliveries {
                let mut delivery_ids: Vec<i64> =
                    delivery_ids.iter().flat_map(|id| vec![*id; randomness.with(|generator| generator.random_range(1..=2))]).collect();
                randomness.with(|generator| delivery_ids.shuffle(generator));
                while !delivery_ids.is_empty() {
                    let size = randomness.with(|generator| generator.random_range(1..=8)).min(delivery_ids.len());
                    let mut batch: Vec<i64> = delivery_ids.drain(..size).collect();
                    batch.sort_unstable();
                    batch.dedup();
                    batches.push((subscription, batch));
                }
            }
            randomness.with(|generator| batches.shuffle(generator));
            for (subscription, batch) in batches {
                if randomness.with(|generator| generator.random_ratio(1, 4)) {
                    let steps = randomness.with(|generator| generator.random_range(1..=16));
                    deliver(&company, subscription, &batch, Some(steps)).await;
                }
                deliver(&company, subscription, &batch, None).await;
            }
            assert_eq!(told(&company).await, expected, "seed {seed}, order {order}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_of_a_batch_counts_nothing_twice_and_loses_nothing() {
    let company = history(3).await;
    let expected = recomputed(&company).await;
    let deliveries = deliveries(&company).await;
    let tables = ["analytics.counted_entry", "analytics.account", "analytics.account_day", "analytics.company_data_by_day"];
    let mut killer = SessionKiller::of(&company, database::Role::Analytics, &tables, "analytics.counted_entry").await;
    let reaction =
        |name: &str| company.services.reactions.iter().find(|reaction| reaction.subscription().name() == name).expect("a reaction");
    let entries = Subscription::AnalyticsAccountLogChange.name();
    let mut steps = 0;
    for step in 1.. {
        forget(&company).await;
        for (subscription, delivery_ids) in deliveries.iter().filter(|(subscription, _)| **subscription != entries) {
            deliver(&company, subscription, delivery_ids, None).await;
        }
        let again = "UPDATE bus.delivery SET status = 'dispatched', dispatch_no = dispatch_no + 1, attempt_open = false, finished_at = NULL
                     WHERE subscription = $1 RETURNING delivery_id, dispatch_no";
        let dispatches: Vec<(i64, i32)> = sqlx::query_as(again).bind(entries).fetch_all(&company.owner).await.expect("dispatches");
        let begun = company.services.deliveries.begin(&dispatches, Lease::SHORT).await.expect("attempts can begin");
        killer.kill_at(step).await;
        let outcome = reaction(entries).attempt(&begun.attempts).await;
        steps = killer.stop().await;
        if outcome.is_ok() {
            assert_eq!(told(&company).await, expected);
            break;
        }
        deliver(&company, entries, &deliveries[entries], None).await;
        assert_eq!(told(&company).await, expected, "after a crash at step {step}");
    }
    assert!(steps >= 10, "a batch has {steps} steps only");
}

/// Waits until the newest rebuild has ended.
async fn rebuilt(company: &Company) -> contracts::analytics::Rebuild {
    let newest = async || company.services.analytics.last_rebuild(Actor::Operator).await.expect("the rebuild").expect("there is one");
    company.until("the rebuild has ended", async || newest().await.status != RebuildStatus::Running).await;
    newest().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_mends_what_was_damaged_and_says_what_was_wrong() {
    let company = history(4).await;
    let expected = recomputed(&company).await;
    company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts");
    let first = rebuilt(&company).await;
    assert_eq!((first.status, first.difference, first.events_read), (RebuildStatus::Done, None, first.events_total));
    assert_eq!(told(&company).await, expected);

    // Of another day than the first that is wrong, too: the first one is told.
    let damage = "UPDATE analytics.company_data_by_day SET total_assign_fee = total_assign_fee + 1";
    company.owner.execute(damage).await.expect("a damage");
    company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts");
    let second = rebuilt(&company).await;
    let difference = second.difference.expect("a difference");
    assert!(difference.starts_with(&expected[0].day.to_string()), "{difference}");
    assert!(difference.contains(&format!("fees {}", expected[0].total_assign_fee.cents() + 1)), "{difference}");
    assert!(difference.contains(&format!("fees {},", expected[0].total_assign_fee.cents())), "{difference}");
    assert_eq!(told(&company).await, expected);

    // What is given up and what waits is not in it; what is tried again later is counted then.
    forget(&company).await;
    let deliveries = deliveries(&company).await;
    let entries = Subscription::AnalyticsAccountLogChange.name();
    let dead = "UPDATE bus.delivery SET status = 'dead' WHERE subscription = $1";
    sqlx::query(dead).bind(entries).execute(&company.owner).await.expect("dead letters");
    company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts");
    assert_eq!(rebuilt(&company).await.status, RebuildStatus::Done);
    assert!(told(&company).await.iter().all(|day| day.negative_balance_account_count == 0));
    deliver(&company, entries, &deliveries[entries], None).await;
    assert_eq!(told(&company).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_goes_through_every_page_of_events_once() {
    const COPIES: i64 = 12_345;
    let company = Company::found(8).await;
    company.create_task("Preen").await;
    company.work_until_settled().await;
    let total = "SELECT sum(balance)::bigint FROM analytics.account JOIN analytics.read_model ON generation = live_generation";
    let sum = async || sqlx::query_scalar::<_, i64>(total).fetch_one(&company.owner).await.expect("a sum");
    let before = sum().await;
    assert!(before < 0, "a fee was charged");
    // Their ids are in no order.
    let copy = "INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
         SELECT gen_random_uuid(), kind, source, occurred_at, business_day, payload || jsonb_build_object('log_id', 1000000 + number)
         FROM (SELECT * FROM bus.event WHERE kind = 'account_log_change' LIMIT 1) AS entry, generate_series(1, $1) AS number";
    sqlx::query(copy).bind(COPIES).execute(&company.owner).await.expect("many entries");

    company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts");
    let rebuild = rebuilt(&company).await;
    assert_eq!((rebuild.status, rebuild.events_read), (RebuildStatus::Done, rebuild.events_total));
    assert!(rebuild.events_read > COPIES);
    assert_eq!(sum().await, before * (COPIES + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_rebuild_that_resumes_changes_nothing() {
    let company = history(7).await;
    let expected = recomputed(&company).await;
    // It stands still in its first page, where it asks what finished tasks paid.
    let lock = company.lock_prices().await;
    let paused = company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts");
    company
        .wait_until(
            "it asks for prices",
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'accounting.task_price'::regclass AND mode = 'AccessShareLock' AND NOT granted)",
        )
        .await;
    let dies = "UPDATE analytics.rebuild SET heartbeat_at = now() - interval '5 minutes'";
    company.owner.execute(dies).await.expect("a death");
    let other = company.services.analytics.start_rebuild(Actor::Operator).await.expect("a new one");
    assert_ne!(other.rebuild_id, paused.rebuild_id);
    lock.rollback().await.expect("the lock is given back");

    let newest = rebuilt(&company).await;
    assert_eq!((newest.rebuild_id, newest.status, newest.difference), (other.rebuild_id, RebuildStatus::Done, None));
    let read = "SELECT sum(events_read)::bigint FROM analytics.rebuild WHERE status = 'failed'";
    company.assert_count("events that the first one applied", read, 0).await;
    assert_eq!(told(&company).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_come_during_a_rebuild_are_in_it() {
    let company = history(5).await;
    company.work_here();
    for number in 0..30 {
        let task = company.create_task(&format!("Chirp {number}")).await;
        company.services.analytics.start_rebuild(Actor::Operator).await.expect("a rebuild starts, or goes on");
        company.resolve(&task).await;
    }
    company.settle().await;
    assert_eq!(rebuilt(&company).await.difference, None);
    assert_eq!(told(&company).await, recomputed(&company).await);
    company.assert_count("rebuilds that failed", "SELECT count(*) FROM analytics.rebuild WHERE status <> 'done'", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_rebuild_at_a_time_and_one_whose_process_died_is_in_nobodys_way() {
    let company = history(6).await;
    let expected = recomputed(&company).await;
    // Somebody else's, which gets on.
    let insert = "INSERT INTO analytics.rebuild (events_total) VALUES (1) RETURNING rebuild_id";
    let others: i64 = sqlx::query_scalar(insert).fetch_one(&company.owner).await.expect("a rebuild");
    let answered = company.services.analytics.start_rebuild(Actor::Operator).await.expect("the one that is running");
    assert_eq!((answered.rebuild_id.0, answered.status), (others, RebuildStatus::Running));

    let dies = "UPDATE analytics.rebuild SET heartbeat_at = now() - interval '5 minutes'";
    company.owner.execute(dies).await.expect("a death");
    // Whoever looks is told, and nobody writes to both generations any more.
    let seen = company.services.analytics.last_rebuild(Actor::Operator).await.expect("the rebuild").expect("there is one");
    assert_eq!((seen.rebuild_id.0, seen.status), (others, RebuildStatus::Failed));
    let own = company.services.analytics.start_rebuild(Actor::Operator).await.expect("a new one");
    assert_ne!(own.rebuild_id.0, others);
    assert_eq!(rebuilt(&company).await.status, RebuildStatus::Done);
    company.assert_count("rebuilds that died", "SELECT count(*) FROM analytics.rebuild WHERE status = 'failed'", 1).await;
    assert_eq!(told(&company).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_and_admins_are_told_and_only_of_a_year() {
    let company = Company::found(7).await;
    let analytics = &company.services.analytics;
    let as_role = |role| Actor::Employee(contracts::Caller { role, ..company.employees[0] });
    for role in [Role::Worker, Role::Accountant] {
        let refused = analytics.day(as_role(role), None).await;
        assert_eq!(refused, Err(ServiceError::Forbidden { needs: vec![Role::Manager, Role::Admin] }));
    }
    let empty = analytics.day(as_role(Role::Manager), None).await.expect("today");
    assert_eq!((empty.income, empty.negative_balance_account_count, empty.most_expensive), (Money::ZERO, 0, None));
    assert_eq!(analytics.start_rebuild(as_role(Role::Manager)).await, Err(ServiceError::Forbidden { needs: vec![Role::Admin] }));

    let day = |text: &str| text.parse::<BusinessDay>().ok();
    let days = async |from, to| {
        let range = DayRange { from: day(from), to: day(to) };
        analytics.range(as_role(Role::Admin), range).await.map(|range| range.days.len())
    };
    assert_eq!(days("2028-01-01", "2028-12-31").await, Ok(366));
    assert_eq!(days("2027-12-31", "2028-12-31").await, Err(ServiceError::TooManyDays { max: 366 }));
    assert_eq!(days("2028-01-02", "2028-01-01").await, Err(ServiceError::RangeBackwards));
}
