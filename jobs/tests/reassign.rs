//! Reassignments of all open tasks: whatever happens on the way, each open task is given to somebody once, who pays once.

use std::{collections::HashMap, time::Duration};

use contracts::{
    Actor, Caller, Role, RunId, ServiceError, TaskId, UserId,
    reassign::{ReassignRun, ReassignStatus},
    tracker::{TaskQuery, TaskStatus},
};
use platform::{database, randomness::Randomness};
use rand::RngExt as _;
use sqlx::Executor as _;
use testbed::{Company, SessionKiller};

use crate::worker_process::start_workers;

/// More than two batches.
const TASKS: i64 = 2_300;

/// Lets the first employee have open tasks, with prices: without going through the tracker one by one.
async fn give_tasks(company: &Company, tasks: i64) {
    for statement in [
        "WITH task AS (
             INSERT INTO tracker.task (title, description, creator_user_id, assignee_user_id, creation_time, assigned_at)
             SELECT 'Sort seed ' || n, '', $2, $2, now(), now() FROM generate_series(1, $1) AS n
             RETURNING task_id, assignee_user_id, creation_time
         )
         INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at) SELECT * FROM task",
        "INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time)
         SELECT task_id, 1000, 2000, creation_time FROM tracker.task WHERE $1 > 0 AND assignee_user_id = $2",
    ] {
        sqlx::query(statement).bind(tasks).bind(company.employees[0].user_id.0).execute(&company.owner).await.expect(statement);
    }
}

async fn company_with_tasks(seed: u64, tasks: i64) -> (Company, Actor) {
    let mut company = Company::found(seed).await;
    company.hire("Hernando", Role::Manager).await;
    let manager = Actor::Employee(*company.employees.last().expect("a manager"));
    give_tasks(&company, tasks).await;
    (company, manager)
}

async fn start(company: &Company, manager: Actor) -> ReassignRun {
    company.services.reassign.start(manager).await.expect("a run can be started")
}

async fn settled_run(company: &Company, manager: Actor, run_id: RunId) -> ReassignRun {
    company.settle().await;
    company.services.reassign.run(manager, run_id).await.expect("the run")
}

/// Checks that each of these tasks was given to somebody once by the run, is theirs now, and that the fee was charged once.
async fn assert_each_was_given_once(company: &Company, run: &ReassignRun, tasks: i64) {
    assert_eq!((run.status, run.assigned, run.failures), (ReassignStatus::Done, tasks, 0));
    let counts = [
        ("assignments", "SELECT count(*) FROM tracker.assignment WHERE run_id IS NOT NULL"),
        ("tasks that were given", "SELECT count(DISTINCT task_id) FROM tracker.assignment WHERE run_id IS NOT NULL"),
        (
            "tasks whose last assignment says who has them",
            "SELECT count(*) FROM tracker.task WHERE assignee_user_id = (
                 SELECT assignee_user_id FROM tracker.assignment
                 WHERE assignment.task_id = task.task_id AND run_id IS NOT NULL ORDER BY assignment_id DESC LIMIT 1
             )",
        ),
        ("events", "SELECT count(*) FROM bus.event WHERE kind = 'task_assign'"),
        ("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'"),
        (
            "fees charged to who has the task",
            "SELECT count(*) FROM accounting.account_log JOIN accounting.account USING (account_id)
             JOIN tracker.task ON task.task_id = (extra_ids ->> 'task_id')::bigint AND task.assignee_user_id = account.user_id
             WHERE type = 'WITHDRAW'",
        ),
    ];
    for (what, count) in counts {
        company.assert_count(what, count, tasks).await;
    }
    // Who gained what somebody lost.
    let (gained, lost): (i64, i64) = sqlx::query_as("SELECT sum(gained)::bigint, sum(lost)::bigint FROM tracker.reassign_share")
        .fetch_one(&company.owner)
        .await
        .expect("the shares");
    assert_eq!(gained, lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_open_task_is_given_to_somebody_once() {
    let (company, manager) = company_with_tasks(20, TASKS).await;
    let finished = company.services.tracker.own_tasks(company.employees[0], TaskQuery::newest(TaskStatus::InProgress)).await;
    let finished = finished.expect("tasks").remove(0);
    sqlx::query("UPDATE tracker.task SET status = 'DONE', resolution_time = now() WHERE task_id = $1")
        .bind(finished.task_id.0)
        .execute(&company.owner)
        .await
        .expect("a task can be finished");

    let run = start(&company, manager).await;
    assert_eq!((run.status, run.open_tasks, run.assigned, run.started_by), (ReassignStatus::Running, TASKS - 1, 0, manager.user_id()));
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, TASKS - 1).await;

    let (last, share) = company.services.reassign.own_share(company.employees[0]).await.expect("an answer").expect("a run");
    assert_eq!(last, run);
    // Whoever had everything can only have lost.
    let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM tracker.task WHERE assignee_user_id = $1 AND status = 'IN_PROGRESS'")
        .bind(company.employees[0].user_id.0)
        .fetch_one(&company.owner)
        .await
        .expect("the tasks that were kept");
    assert_eq!((share.gained, share.lost), (0, TASKS - 1 - kept));

    // What was done already does nothing when it comes again.
    sqlx::query(
        "UPDATE bus.delivery SET status = 'waiting', finished_at = NULL, due_at = now() WHERE subscription = 'tracker.tasks_reassign'",
    )
    .execute(&company.owner)
    .await
    .expect("deliveries can be reopened");
    company.work_until_settled().await;
    assert_each_was_given_once(&company, &settled_run(&company, manager, run.run_id).await, TASKS - 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_killed_at_any_moment_charge_nobody_twice_and_skip_no_task() {
    let (company, manager) = company_with_tasks(21, TASKS).await;
    let run = start(&company, manager).await;
    let randomness = Randomness::seeded(21);
    let mut redis = company.redis().await;
    for n in 0..10 {
        let processes = [start_workers(&company), start_workers(&company)];
        let lifetime = randomness.with(|generator| generator.random_range(50..700));
        tokio::time::sleep(Duration::from_millis(lifetime)).await;
        drop(processes);
        if n % 3 == 0 {
            redis::cmd("FLUSHALL").query_async::<()>(&mut redis).await.expect("Redis obeys");
        }
        company.let_leases_run_out().await;
    }
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, TASKS).await;
}

/// What a batch writes to.
const WRITTEN: [&str; 7] = [
    "tracker.reassign_run",
    "tracker.task",
    "tracker.assignment",
    "tracker.reassign_share",
    "tracker.reassign_failure",
    "bus.event",
    "bus.delivery",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_of_a_batch_charges_nobody_twice_and_skips_no_task() {
    let tasks = 20;
    let (company, manager) = company_with_tasks(30, tasks).await;
    let mut killer = SessionKiller::of(&company, database::Role::Tracker, &WRITTEN, "tracker.reassign_run").await;
    let mut step = 0;
    loop {
        step += 1;
        let run = start(&company, manager).await;
        killer.kill_at(step).await;
        company.work_until_settled().await;
        let taken = killer.stop().await;
        let run = settled_run(&company, manager, run.run_id).await;
        assert_eq!((run.status, run.assigned, run.failures), (ReassignStatus::Done, tasks, 0), "after a crash at step {step}");
        company.assert_count("assignments", "SELECT count(*) FROM tracker.assignment WHERE run_id IS NOT NULL", tasks * step).await;
        company.assert_count("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'", tasks * step).await;
        let given: i64 = sqlx::query_scalar("SELECT count(DISTINCT task_id) FROM tracker.assignment WHERE run_id = $1")
            .bind(run.run_id.0)
            .fetch_one(&company.owner)
            .await
            .expect("the tasks of the run");
        assert_eq!(given, tasks, "after a crash at step {step}");
        if taken < step {
            break;
        }
    }
    assert!(step > 16, "only {step} steps: is something not harmed any more?");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_paused_beyond_its_lease_changes_nothing_when_it_wakes_up() {
    let (company, manager) = company_with_tasks(34, TASKS).await;
    let run = start(&company, manager).await;
    // In the middle of its transaction: it has the run and waits for the table of the shares.
    let mut lock = company.owner.begin().await.expect("a transaction");
    lock.execute("SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE tracker.reassign_share IN SHARE MODE")
        .await
        .expect("the table can be locked");
    let paused = start_workers(&company);
    company
        .wait_until(
            "the batch is in the middle of its transaction",
            "SELECT EXISTS (SELECT FROM pg_locks
                WHERE relation = 'tracker.reassign_share'::regclass AND mode = 'RowExclusiveLock' AND NOT granted)",
        )
        .await;
    paused.pause().expect("a process can be paused");
    lock.rollback().await.expect("the lock is given back");

    // PostgreSQL ends its transaction; when its lease is over, another worker goes on with the run.
    let other = start_workers(&company);
    company.settle().await;
    paused.resume().expect("a process can go on");
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, TASKS).await;
    let died = "SELECT count(*) FROM bus.attempt JOIN bus.delivery USING (delivery_id)
         WHERE subscription = 'tracker.tasks_reassign' AND outcome = 'died'";
    company.assert_count("attempts that were taken over", died, 1).await;
    drop((paused, other));
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_may_crash_in_the_middle_of_a_run() {
    let (company, manager) = company_with_tasks(35, TASKS).await;
    let run = start(&company, manager).await;
    let process = start_workers(&company);
    company.wait_until("a batch is through", "SELECT assigned > 0 FROM tracker.reassign_run").await;
    company.servers.crash_postgres().expect("an end");
    company.servers.start_postgres().expect("a start");
    company.settle().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, TASKS).await;
    drop(process);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_may_be_finished_and_created_while_a_run_goes_on() {
    let (company, manager) = company_with_tasks(22, TASKS).await;
    let tracker = &company.services.tracker;
    let run = start(&company, manager).await;
    company.work_here();
    let mut created = 0;
    let mut finished = 0;
    // As long as it runs: whoever has a task finishes it, and new ones come.
    let mut task_id = TASKS;
    while company.services.reassign.run(manager, run.run_id).await.expect("the run").status == ReassignStatus::Running && task_id > 0 {
        let task = tracker.tasks(&[TaskId(task_id)]).await.expect("the task").remove(0);
        let assignee = Caller { user_id: task.assignee_user_id, role: Role::Worker };
        match tracker.resolve(assignee, task.task_id).await {
            Ok(_) => finished += 1,
            // It went to somebody else a moment ago.
            Err(error) => assert_eq!(error, ServiceError::NotYourTask),
        }
        if task_id % 10 == 0 {
            company.create_task("Ring a bell").await;
            created += 1;
        }
        task_id -= 1;
    }
    let run = settled_run(&company, manager, run.run_id).await;
    assert_eq!((run.status, run.failures, run.open_tasks), (ReassignStatus::Done, 0, TASKS));
    assert!(finished > 0 && created > 0, "nothing happened meanwhile: {finished} finished, {created} created");
    let counts = [
        (
            "tasks that were given more than once",
            "SELECT count(*) FROM (SELECT FROM tracker.assignment WHERE run_id IS NOT NULL GROUP BY task_id HAVING count(*) > 1) AS t",
            0,
        ),
        (
            "finished tasks that somebody has who did not finish them",
            "SELECT count(*) FROM tracker.task JOIN bus.event ON event.kind = 'task_resolve' AND (payload ->> 'task_id')::bigint = task.task_id
             WHERE (payload ->> 'resolver_user_id')::uuid <> assignee_user_id",
            0,
        ),
        (
            "tasks of the run that are open and were not given",
            "SELECT count(*) FROM tracker.task, tracker.reassign_run AS run
             WHERE task.status = 'IN_PROGRESS' AND task_id <= last_task_id
               AND NOT EXISTS (SELECT FROM tracker.assignment WHERE assignment.task_id = task.task_id AND assignment.run_id = run.run_id)",
            0,
        ),
        ("rewards", "SELECT count(*) FROM accounting.account_log WHERE type = 'DEPOSIT'", finished),
        ("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'", run.assigned + created),
        ("assignments", "SELECT count(*) FROM tracker.assignment", TASKS + run.assigned + created),
    ];
    for (what, count, expected) in counts {
        company.assert_count(what, count, expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_asked_for_there_is_one_run() {
    let (company, manager) = company_with_tasks(23, 10).await;
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let reassign = company.services.reassign.clone();
            tokio::spawn(async move { reassign.start(manager).await })
        })
        .collect();
    let mut run_ids = Vec::new();
    for answer in asked {
        run_ids.push(answer.await.expect("an answer").expect("a run").run_id);
    }
    run_ids.dedup();
    assert_eq!(run_ids.len(), 1);
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run_ids[0]).await;
    assert_each_was_given_once(&company, &run, 10).await;
    assert_eq!(company.services.reassign.runs(manager, None).await, Ok(vec![run]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_gives_nothing_more_and_makes_way_for_another() {
    let (company, manager) = company_with_tasks(24, 10).await;
    let reassign = &company.services.reassign;
    let first = start(&company, manager).await;
    let cancelled = reassign.cancel(manager, first.run_id).await.expect("it can be cancelled");
    assert_eq!((cancelled.status, cancelled.assigned), (ReassignStatus::Cancelled, 0));
    let second = start(&company, manager).await;
    assert_ne!(second.run_id, first.run_id);
    company.work_until_settled().await;
    let second = settled_run(&company, manager, second.run_id).await;
    assert_each_was_given_once(&company, &second, 10).await;
    // What has ended stays as it is.
    assert_eq!(reassign.cancel(manager, first.run_id).await, Ok(cancelled));
    assert_eq!(reassign.cancel(manager, second.run_id).await, Ok(second));
    assert_eq!(reassign.cancel(manager, RunId(i64::MAX)).await, Err(ServiceError::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_and_admins_reassign_and_only_where_somebody_is_assignable() {
    let (company, manager) = company_with_tasks(25, 10).await;
    let reassign = &company.services.reassign;
    for role in [Role::Worker, Role::Accountant] {
        let caller = Actor::Employee(Caller { role, ..company.employees[0] });
        assert_eq!(reassign.start(caller).await, Err(ServiceError::Forbidden { needs: contracts::reassign::MAY_REASSIGN.to_vec() }));
        assert!(reassign.runs(caller, None).await.is_err() && reassign.run(caller, RunId(1)).await.is_err());
        assert!(reassign.cancel(caller, RunId(1)).await.is_err() && reassign.open_tasks(caller).await.is_err());
        assert!(reassign.failures(caller, RunId(1), None).await.is_err());
    }
    // Somebody is there when it starts, and nobody when it goes on.
    let run = start(&company, manager).await;
    sqlx::query(r#"UPDATE auth."user" SET role = 'manager'"#).execute(&company.owner).await.expect("roles can be changed");
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_eq!((run.status, run.assigned), (ReassignStatus::Failed, 0));

    assert_eq!(reassign.start(manager).await, Err(ServiceError::NobodyAssignable));
    company.assert_count("runs", "SELECT count(*) FROM tracker.reassign_run", 1).await;
    company.assert_count("assignments", "SELECT count(*) FROM tracker.assignment WHERE run_id IS NOT NULL", 0).await;
}

/// Makes a task refuse to be given to anybody the first `times` times.
async fn refuse(company: &Company, task_id: i64, times: i64) {
    let trigger = format!(
        "CREATE SEQUENCE tracker.refusals; GRANT USAGE ON SEQUENCE tracker.refusals TO ates_tracker;
         CREATE FUNCTION tracker.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('tracker.refusals') <= {times} THEN
                 RAISE EXCEPTION 'this task stays where it is';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER refuse BEFORE UPDATE ON tracker.task FOR EACH ROW WHEN (OLD.task_id = {task_id}) EXECUTE FUNCTION tracker.refuse();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(&company.owner).await.expect("a trigger can be added");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_fails_is_reported_and_stops_no_other() {
    let (company, manager) = company_with_tasks(26, TASKS).await;
    refuse(&company, 7, i64::MAX).await;
    let run = start(&company, manager).await;
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_eq!((run.status, run.assigned, run.failures), (ReassignStatus::Done, TASKS - 1, 1));
    let failures = company.services.reassign.failures(manager, run.run_id, None).await.expect("the failures");
    assert_eq!(failures.iter().map(|failure| failure.task_id).collect::<Vec<_>>(), [TaskId(7)]);
    assert_eq!(failures[0].error, None, "managers can do nothing about it");
    let failures = company.services.reassign.failures(Actor::Operator, run.run_id, None).await.expect("the failures");
    let error = failures[0].error.as_deref().expect("operators are told");
    assert!(error.contains("this task stays where it is"), "{failures:?}");
    assert_eq!(company.services.reassign.failures(manager, run.run_id, Some(TaskId(7))).await, Ok(vec![]));
    company.assert_count("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'", TASKS - 1).await;
    company.assert_count("fees for it", "SELECT count(*) FROM bus.event WHERE payload ->> 'task_id' = '7'", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_fails_until_it_is_alone_is_given_at_last() {
    let (company, manager) = company_with_tasks(27, 100).await;
    // With the 99 others, then among 50, 25, 12, 6, 3, and alone; then, alone, once more.
    refuse(&company, 7, 7).await;
    let run = start(&company, manager).await;
    company.work_until_settled().await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, 100).await;
    company.assert_count("attempts", "SELECT last_value FROM tracker.refusals", 8).await;
}

/// Holds a task locked, as somebody who is about to finish it does.
async fn lock_task(company: &Company, task_id: i64) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut lock = company.owner.begin().await.expect("a transaction");
    let statements =
        format!("SET LOCAL idle_in_transaction_session_timeout = 0; SELECT FROM tracker.task WHERE task_id = {task_id} FOR UPDATE");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut *lock).await.expect("the task can be locked");
    lock
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_do_not_wait_for_a_task_that_is_locked_and_it_is_given_when_it_is_free() {
    let (company, manager) = company_with_tasks(31, TASKS).await;
    let lock = lock_task(&company, 7).await;
    let run = start(&company, manager).await;
    company.work_here();
    company.wait_until("all others are given", "SELECT assigned = 2299 FROM tracker.reassign_run").await;
    company.assert_count("runs that go on", "SELECT count(*) FROM tracker.reassign_run WHERE status = 'running'", 1).await;
    lock.rollback().await.expect("it is free");
    company.wait_until("the run has ended", "SELECT status <> 'running' FROM tracker.reassign_run").await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_each_was_given_once(&company, &run, TASKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_stays_locked_is_reported() {
    let (company, manager) = company_with_tasks(32, 10).await;
    let lock = lock_task(&company, 7).await;
    let run = start(&company, manager).await;
    company.work_here();
    company.wait_until("the run has ended", "SELECT status <> 'running' FROM tracker.reassign_run").await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_eq!((run.status, run.assigned, run.failures), (ReassignStatus::Done, 9, 1));
    let failures = company.services.reassign.failures(manager, run.run_id, None).await.expect("the failures");
    assert_eq!(failures.iter().map(|failure| failure.task_id).collect::<Vec<_>>(), [TaskId(7)]);
    drop(lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_being_finished_meanwhile_is_no_failure() {
    let (company, manager) = company_with_tasks(33, 10).await;
    let mut lock = lock_task(&company, 7).await;
    let run = start(&company, manager).await;
    company.work_here();
    company.wait_until("all others are given", "SELECT assigned = 9 FROM tracker.reassign_run").await;
    sqlx::query("UPDATE tracker.task SET status = 'DONE', resolution_time = now() WHERE task_id = 7")
        .execute(&mut *lock)
        .await
        .expect("it can be finished");
    lock.commit().await.expect("it is finished");
    company.wait_until("the run has ended", "SELECT status <> 'running' FROM tracker.reassign_run").await;
    let run = settled_run(&company, manager, run.run_id).await;
    assert_eq!((run.status, run.assigned, run.failures), (ReassignStatus::Done, 9, 0));
    assert_eq!(company.services.reassign.failures(manager, run.run_id, None).await, Ok(vec![]));
    company.assert_count("fees", "SELECT count(*) FROM accounting.account_log WHERE type = 'WITHDRAW'", 9).await;
}

/// Pearson's statistic for counts that should be equal.
fn chi_square(counts: &[i64]) -> f64 {
    let counts: Vec<f64> = counts.iter().map(|count| f64::from(i32::try_from(*count).expect("a small count"))).collect();
    let cells = f64::from(u32::try_from(counts.len()).expect("a few cells"));
    let expected = counts.iter().sum::<f64>() / cells;
    counts.iter().map(|count| (count - expected).powi(2) / expected).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn draws_are_uniform_and_independent_also_from_batch_to_batch() {
    /// Of chi-square with so many degrees of freedom, all but a millionth lies below, or above.
    const SIX_DEGREES: std::ops::Range<f64> = 0.036..38.2;
    const FORTY_EIGHT_DEGREES: std::ops::Range<f64> = 13.0..110.0;

    let mut company = Company::found(28).await;
    for name in ["Kiwi", "Coco", "Rio", "Jako", "Hernando"] {
        let role = if name == "Hernando" { Role::Manager } else { Role::Worker };
        company.hire(name, role).await;
    }
    let manager = Actor::Employee(*company.employees.last().expect("a manager"));
    let tasks = 21_000;
    give_tasks(&company, tasks).await;
    company.work_here();
    for _ in 0..2 {
        let run = start(&company, manager).await;
        company.wait_until("the run has ended", "SELECT count(*) = 0 FROM tracker.reassign_run WHERE status = 'running'").await;
        let run = company.services.reassign.run(manager, run.run_id).await.expect("the run");
        assert_eq!((run.status, run.assigned), (ReassignStatus::Done, tasks));
    }
    let [drawn, drawn_next] = [1, 2].map(|run_id| drawn_by(&company, run_id));
    let [drawn, drawn_next] = [drawn.await, drawn_next.await];
    let places: HashMap<UserId, usize> = company
        .employees
        .iter()
        .filter(|employee| employee.role == Role::Worker)
        .enumerate()
        .map(|(n, employee)| (employee.user_id, n))
        .collect();
    let [drawn, drawn_next] =
        [drawn, drawn_next].map(|users| users.into_iter().map(|user_id| places[&UserId(user_id)]).collect::<Vec<usize>>());
    let users = places.len();
    assert_eq!(users, 7);

    let mut single = vec![0; users];
    for place in &drawn {
        single[*place] += 1;
    }
    assert!(SIX_DEGREES.contains(&chi_square(&single)), "{single:?}");

    // Who comes after whom, who has the same place in the batch after, and who had the task before: none of it says anything.
    for (what, other) in [("next task", &drawn[1..]), ("next batch", &drawn[1_000..]), ("next run", &drawn_next[..])] {
        let mut pairs = vec![0; users * users];
        for (one, other) in drawn.iter().zip(other) {
            pairs[one * users + other] += 1;
        }
        assert!(FORTY_EIGHT_DEGREES.contains(&chi_square(&pairs)), "{what}: {pairs:?}");
    }
}

/// Whom a run drew for each task, in the order of the tasks.
async fn drawn_by(company: &Company, run_id: i64) -> Vec<uuid::Uuid> {
    sqlx::query_scalar("SELECT assignee_user_id FROM tracker.assignment WHERE run_id = $1 ORDER BY task_id")
        .bind(run_id)
        .fetch_all(&company.owner)
        .await
        .expect("who was drawn")
}
