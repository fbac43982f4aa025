//! Attempts that end badly: each is told, each failure counts, and who is to blame for a batch pays alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use contracts::{Fact, Moment, Subscription, TaskAssign, TaskResolve};
use platform::{
    bus::{AnyReaction, Attempt, Lease, Outbox, Outcome, ReactionError, Wake, Wanted},
    database::Role,
    randomness::Randomness,
};
use testbed::Company;
use tokio_util::sync::CancellationToken;

use crate::worker_process::start_workers;

/// How often attempts at booking fail or die before the delivery is given up.
const FAILURES_MAX: i64 = 12;

/// How long a test waits for something that must come. Far longer than it takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often a back-off is cut short.
const HURRY_INTERVAL: Duration = Duration::from_millis(10);

/// Lets everything be due that nobody is at: back-off takes minutes.
async fn hurry(company: &Company) {
    // Locked in the order in which the bus does: workers are at work.
    let are_due = "WITH put_off AS (SELECT delivery_id FROM bus.delivery WHERE status = 'waiting' ORDER BY delivery_id FOR NO KEY UPDATE)
         UPDATE bus.delivery SET due_at = now() FROM put_off WHERE delivery.delivery_id = put_off.delivery_id";
    sqlx::query(are_due).execute(&company.owner).await.expect("deliveries can be made due");
}

/// Lets everything be due, again and again, until a statement says that it is so.
async fn hurry_until(company: &Company, is_so: &'static str) {
    let began = Instant::now();
    while !sqlx::query_scalar::<_, bool>(is_so).fetch_one(&company.owner).await.expect(is_so) {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {is_so}");
        hurry(company).await;
        tokio::time::sleep(HURRY_INTERVAL).await;
    }
}

/// A reaction with a bug.
struct Panics;

#[async_trait]
impl AnyReaction for Panics {
    fn subscription(&self) -> Subscription {
        Subscription::AccountingTaskCreate
    }

    async fn attempt(&self, _attempts: &[Attempt]) -> Result<Outcome, ReactionError> {
        panic!("the beak is upside down")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_told_with_its_message_and_at_last_is_a_dead_letter() {
    let company = Company::found(20).await;
    company.create_task("Stand on one leg").await;
    let mut jobs = company.addresses.jobs(&company.services, Randomness::seeded(20)).expect("the background work");
    jobs.reactions = vec![Arc::new(Panics)];
    let shutdown = CancellationToken::new();
    let work = tokio::spawn(jobs.run(shutdown.clone()));

    let is_dead = "SELECT count(*) = 1 FROM bus.delivery WHERE status = 'dead' AND last_error LIKE '%the beak is upside down%'";
    hurry_until(&company, is_dead).await;
    shutdown.cancel();
    work.await.expect("the background work ends");
    let counts =
        "SELECT count(*) FROM bus.attempt WHERE outcome = 'failed' AND error LIKE '%the beak is upside down%' AND began_at <= ended_at";
    company.assert_count("attempts with the panic", counts, FAILURES_MAX).await;
    company.assert_count("failures", "SELECT failures::bigint FROM bus.delivery WHERE status = 'dead'", FAILURES_MAX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_process_runs_out_of_attempts() {
    let company = Company::found(21).await;
    company.create_task("Swallow a stone").await;
    // Its attempts hang until the process is killed, as it would be if the attempt had eaten all memory.
    let _lock = company.lock_prices().await;

    let is_tried = "SELECT EXISTS (SELECT FROM bus.delivery WHERE subscription = 'accounting.task_create'
         AND (status = 'dead' OR attempt_open AND due_at > now()))";
    for _ in 0..=FAILURES_MAX {
        let process = start_workers(&company);
        hurry_until(&company, is_tried).await;
        drop(process);
        company.let_leases_run_out().await;
    }
    let is_dead = "SELECT count(*) FROM bus.delivery WHERE subscription = 'accounting.task_create' AND status = 'dead'";
    company.assert_count("dead letters", is_dead, 1).await;
    let died = "SELECT count(*) FROM bus.attempt JOIN bus.delivery USING (delivery_id)
         WHERE subscription = 'accounting.task_create' AND outcome = 'died'";
    company.assert_count("attempts that died", died, FAILURES_MAX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_spoils_its_batch_pays_alone() {
    let company = Company::found(22).await;
    let process = start_workers(&company);
    let mut tasks = Vec::new();
    for n in 0..40 {
        tasks.push(company.create_task(&format!("Count to {n}")).await);
    }
    company.resolve(&tasks[0]).await;
    company.settle().await;
    drop(process);

    // With nobody at work they pile up: one batch, and in it a second end of a task that is paid already.
    for task in &tasks[1..] {
        company.resolve(task).await;
    }
    let outbox = Outbox::new(Randomness::seeded(22), Wake::default());
    let paid = &tasks[0];
    let fact = TaskResolve { task_id: paid.task_id, title: paid.title.clone(), resolver_user_id: paid.assignee_user_id };
    let occurred = Moment { at: paid.creation_time, day: company.services.clock.day_of(paid.creation_time) };
    let mut connection = company.pool(Role::Tracker).acquire().await.expect("the tracker's connection");
    let recorded = outbox.record(&mut connection, &[outbox.event(occurred, Fact::TaskResolve(fact))]).await.expect("the event is recorded");
    outbox.committed(recorded);

    let process = start_workers(&company);
    company
        .wait_until(
            "only the second end is a dead letter",
            "SELECT count(*) FILTER (WHERE status = 'dead') = 1 AND count(*) FILTER (WHERE status NOT IN ('done', 'dead')) = 0 FROM bus.delivery",
        )
        .await;
    drop(process);
    company.assert_count("failures of others", "SELECT coalesce(sum(failures), 0) FROM bus.delivery WHERE status <> 'dead'", 0).await;
    // Counted by subscription: on a busy machine, a batch of another one may have been undone before.
    let undone = "SELECT count(*) FROM bus.attempt JOIN bus.delivery USING (delivery_id)
         WHERE outcome = 'undone' AND subscription = 'accounting.task_resolve'";
    company.assert_count("the batch", undone, 40).await;
    company.assert_count("payments", "SELECT count(*) FROM accounting.account_log WHERE type = 'DEPOSIT'", 40).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_in_bulk_yields_to_what_is_not() {
    let company = Company::found(27).await;
    let task = company.create_task("Sort seeds").await;
    company.work_until_settled().await;
    // As a batch of a reassignment publishes them: more than a transaction of the subscriber applies.
    let outbox = Outbox::new(Randomness::seeded(27), Wake::default());
    let occurred = Moment { at: task.creation_time, day: company.services.clock.day_of(task.creation_time) };
    let fact = TaskAssign { task_id: task.task_id, assignee_user_id: task.assignee_user_id, run_id: None };
    let events: Vec<_> = (0..150).map(|_| outbox.event(occurred, Fact::TaskAssign(fact.clone()))).collect();
    let mut connection = company.pool(Role::Tracker).acquire().await.expect("the tracker's connection");
    outbox.committed(outbox.record(&mut connection, &events).await.expect("the events are recorded"));
    company.create_task("Ring a bell").await;

    let wanted = |limit| Wanted { subscription: Subscription::AccountingTaskAssign, with_alone: true, limit, lease: Lease::SHORT };
    let first = company.services.deliveries.claim(&[wanted(1)]).await.expect("what is due can be claimed");
    let [newest]: [i64; 1] = first.iter().map(|dispatch| dispatch.delivery_id).collect::<Vec<_>>().try_into().expect("one delivery");
    let of_newest = "SELECT max(delivery_id) FROM bus.delivery WHERE subscription = 'accounting.task_assign'";
    company.assert_count("the delivery that came last", of_newest, newest).await;
    let rest = company.services.deliveries.claim(&[wanted(1_000)]).await.expect("what is due can be claimed");
    assert_eq!(rest.len(), 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_takes_over_from_a_worker_that_is_paused_within_an_attempt() {
    let company = Company::found(23).await;
    company.create_task("Sleep standing").await;
    let lock = company.lock_prices().await;
    let paused = start_workers(&company);
    company
        .wait_until(
            "the attempt is in the middle of its transaction",
            "SELECT EXISTS (SELECT FROM pg_locks
                WHERE relation = 'accounting.task_price'::regclass AND mode = 'RowExclusiveLock' AND NOT granted)",
        )
        .await;
    paused.pause().expect("a process can be paused");
    lock.rollback().await.expect("the lock is given back");

    // PostgreSQL ends its transaction, and with it its locks; when its lease is over the relay of the other ends its attempt.
    let other = start_workers(&company);
    company.settle().await;
    let died = "SELECT count(*) FROM bus.attempt JOIN bus.delivery USING (delivery_id)
         WHERE subscription = 'accounting.task_create' AND outcome = 'died'";
    company.assert_count("attempts that were taken over", died, 1).await;

    // What it still wants to say counts no more.
    paused.resume().expect("a process can go on");
    company.create_task("Wake up").await;
    drop(other);
    company.settle().await;
    drop(paused);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_breaks_no_attempt_off() {
    let company = Company::found(24).await;
    company.create_task("Keep singing").await;
    let lock = company.lock_prices().await;
    let process = start_workers(&company);
    let has_begun = "SELECT EXISTS (SELECT FROM bus.delivery WHERE subscription = 'accounting.task_create' AND attempt_open)";
    company.wait_until("the attempt has begun", has_begun).await;

    let mut redis = company.redis().await;
    redis::cmd("FLUSHALL").exec_async(&mut redis).await.expect("Redis is wiped");
    // Its worker has ended by that, and another is there.
    let began = Instant::now();
    while redis::cmd("KEYS").arg("ates:*:workers").query_async::<Vec<String>>(&mut redis).await.expect("keys").is_empty() {
        assert!(began.elapsed() < PATIENCE, "no worker comes back");
        tokio::time::sleep(HURRY_INTERVAL).await;
    }
    lock.rollback().await.expect("the lock is given back");
    company.settle().await;
    drop(process);
    company.assert_count("attempts that were lost", "SELECT count(*) FROM bus.attempt WHERE outcome <> 'parked'", 0).await;
    company.assert_books_are_right().await;
}
