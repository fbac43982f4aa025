//! Kill -9 at any moment, a wiped Redis, the same delivery handed over again and again: the balances come out the same.

use std::time::{Duration, Instant};

use contracts::Subscription;
use platform::randomness::Randomness;
use rand::RngExt as _;
use testbed::Company;

use crate::worker_process::start_workers;

/// How many tasks a test creates; each is an assignment, and every second one is finished.
const TASKS: usize = 60;

/// How long finished jobs may stay in Redis: a few rounds of the clean-up.
const CLEAN_UP_PATIENCE: Duration = Duration::from_mins(1);

/// A bit of work: half of the tasks are finished at once, before their prices can be known.
async fn work(company: &Company) {
    for n in 0..TASKS {
        let task = company.create_task(&format!("Peel sunflower seed {n}")).await;
        if n % 2 == 0 {
            company.resolve(&task).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_killed_at_any_moment_move_no_cent() {
    let company = Company::found(1).await;
    work(&company).await;
    let randomness = Randomness::seeded(1);
    // Each process lives for a moment: some die before they begin, some in the middle of an attempt.
    for _ in 0..12 {
        let process = start_workers(&company);
        let lifetime = randomness.with(|generator| generator.random_range(50..600));
        tokio::time::sleep(Duration::from_millis(lifetime)).await;
        drop(process);
        company.let_leases_run_out().await;
    }
    let process = start_workers(&company);
    company.settle().await;
    drop(process);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_jobs_leave_redis_and_no_worker_stumbles_over_them() {
    let company = Company::found(11).await;
    let process = start_workers(&company);
    company.create_task("Sweep the cage").await;
    company.settle().await;

    let mut redis = company.redis().await;
    let began = Instant::now();
    loop {
        let mut left: Vec<String> = Vec::new();
        for kind in ["done", "data", "meta:*"] {
            left.extend(redis::cmd("KEYS").arg(format!("ates:*:{kind}")).query_async::<Vec<String>>(&mut redis).await.expect("keys"));
        }
        if left.is_empty() {
            break;
        }
        assert!(began.elapsed() < CLEAN_UP_PATIENCE, "still in Redis: {left:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Each worker registers under a new name when it is built again.
    let registers: Vec<String> = redis::cmd("KEYS").arg("ates:*:workers").query_async(&mut redis).await.expect("keys");
    assert_eq!(registers.len(), Subscription::ALL.len(), "{registers:?}");
    for register in registers {
        let workers: usize = redis::cmd("ZCARD").arg(&register).query_async(&mut redis).await.expect("the workers");
        assert_eq!(workers, 1, "{register}");
    }
    drop(process);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_moves_no_cent() {
    let company = Company::found(2).await;
    let processes = [start_workers(&company), start_workers(&company)];
    let mut redis = company.redis().await;
    for n in 0..TASKS {
        let task = company.create_task(&format!("Repeat what was said, {n}")).await;
        company.resolve(&task).await;
        if n % 5 == 0 {
            redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await.expect("Redis obeys");
        }
    }
    // What was wiped away is handed out again when its lease has run out.
    company.let_leases_run_out().await;
    company.settle().await;
    drop(processes);
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_handed_over_again_and_again_is_applied_once() {
    let company = Company::found(3).await;
    let processes = [start_workers(&company), start_workers(&company)];
    work(&company).await;
    company.settle().await;
    company.assert_books_are_right().await;
    let ledger = company.ledger().await;
    assert_eq!(ledger.len(), TASKS + TASKS / 2);

    // Three times over: done deliveries as if they had never been begun.
    for _ in 0..3 {
        sqlx::query("UPDATE bus.delivery SET status = 'waiting', finished_at = NULL, due_at = now()")
            .execute(&company.owner)
            .await
            .expect("deliveries can be reopened");
        company.settle().await;
        assert_eq!(company.ledger().await, ledger);
    }
    drop(processes);
    company.assert_books_are_right().await;
}
