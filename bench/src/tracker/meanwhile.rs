//! Whether people and other fees have to wait while all tasks are reassigned, and when every fee is booked.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use contracts::{
    Actor, Caller, Role, ServiceError, TaskId, UserId,
    tracker::{NewTask, Task, TaskStatus, Tracker},
};
use platform::randomness::Randomness;
use rand::RngExt as _;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{company_with_tasks, is_done, start};
use crate::{percentile::percentile, rate, report};

/// How often somebody finishes a task.
const RESOLVE_INTERVAL: Duration = Duration::from_millis(50);

/// How often somebody creates one.
const CREATE_INTERVAL: Duration = Duration::from_millis(200);

/// How often it is looked whether a fee is booked, or a run has ended: the figures are exact to this.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// After its commit a delivery is among so many of the newest ones: batches of a run go on meanwhile.
const NEWEST_DELIVERIES: i64 = 20_000;

/// Everything works: the run, the bookkeeping, and people who finish tasks of the run and create others.
pub(super) async fn measure(tasks: usize) -> Result<()> {
    let mut company = company_with_tasks(tasks).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    let jobs = company.installation.addresses.jobs(&services, Randomness::seeded(0))?;
    let shutdown = CancellationToken::new();
    let work = tokio::spawn(jobs.run(shutdown.clone()));
    let employee = super::employees(&mut company.administrator).await?.first().copied().context("nobody is assignable")?;
    let caller = Caller { user_id: UserId(employee), role: Role::Worker };

    let began = Instant::now();
    let run_id = start(&*services.reassign, tasks).await?;
    let (goes_on, is_over) = watch::channel(false);
    let owner = company.installation.owner.clone();
    let watching = async {
        let mut walked = None;
        loop {
            tokio::time::sleep(LOOK_INTERVAL * 10).await;
            let run = services.reassign.run(Actor::Operator, run_id).await?;
            if walked.is_none() && is_done(&run, tasks)? {
                walked = Some((began.elapsed(), run.assigned));
            }
            if let Some(walked) = walked
                && is_booked(&owner, run.assigned).await?
            {
                goes_on.send_replace(true);
                return anyhow::Ok((walked, began.elapsed()));
            }
        }
    };
    let (((walked, assigned), booked), mut resolving, mut waiting) = tokio::try_join!(
        watching,
        resolve(&*services.tracker, tasks, is_over.clone()),
        create(&*services.tracker, &owner, caller, is_over)
    )?;
    shutdown.cancel();
    work.await?;

    let assigned = usize::try_from(assigned)?;
    report(&format!(
        "reassignment of {tasks} tasks with everything at work: walked in {:.1} s, every fee booked after {:.1} s ({:.0} fees/s)",
        walked.as_secs_f64(),
        booked.as_secs_f64(),
        rate(assigned, booked)
    ));
    for (what, goal, times) in
        [("a person's \"done\" is answered", " (goal: 100 ms)", &mut resolving), ("the fee of another task is booked", "", &mut waiting)]
    {
        let samples = times.len();
        let mut at = |percent| percentile(times, percent).unwrap_or_default().as_millis();
        report(&format!("  meanwhile {what} after: p50 {} ms, p99 {} ms{goal}, longest {} ms; {samples} times", at(50), at(99), at(100)));
    }
    Ok(())
}

/// Whether all that the run assigned is booked.
async fn is_booked(owner: &PgPool, assigned: i64) -> Result<bool> {
    let statement = "SELECT count(*) >= $1 FROM accounting.account_log WHERE type = 'WITHDRAW'";
    Ok(sqlx::query_scalar(statement).bind(assigned).fetch_one(owner).await?)
}

/// People finish tasks of the run, one by one; answers how long each took.
async fn resolve(tracker: &dyn Tracker, tasks: usize, is_over: watch::Receiver<bool>) -> Result<Vec<Duration>> {
    let randomness = Randomness::seeded(1);
    let mut pace = interval(RESOLVE_INTERVAL);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut times = Vec::new();
    while !*is_over.borrow() {
        pace.tick().await;
        let task_id = TaskId(randomness.with(|generator| generator.random_range(1..=i64::try_from(tasks).unwrap_or(i64::MAX))));
        let Some(task) = tracker.tasks(&[task_id]).await?.pop() else { continue };
        let caller = Caller { user_id: task.assignee_user_id, role: Role::Worker };
        let began = Instant::now();
        match tracker.resolve(caller, task_id).await {
            Ok(_) => times.push(began.elapsed()),
            // It went to somebody else a moment ago, or was finished before.
            Err(ServiceError::NotYourTask | ServiceError::AlreadyDone) if task.status != TaskStatus::Done => times.push(began.elapsed()),
            Err(ServiceError::NotYourTask | ServiceError::AlreadyDone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(times)
}

/// Somebody creates tasks, one by one; answers how long it took until the fee of each was booked.
async fn create(tracker: &dyn Tracker, owner: &PgPool, caller: Caller, is_over: watch::Receiver<bool>) -> Result<Vec<Duration>> {
    let mut pace = interval(CREATE_INTERVAL);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut times = Vec::new();
    while !*is_over.borrow() {
        pace.tick().await;
        let new = NewTask::parse("Sort seed", "").map_err(ServiceError::Invalid)?;
        let Task { task_id, .. } = tracker.create(caller, new, None).await?;
        let began = Instant::now();
        let delivery_id = delivery_of(owner, task_id).await?;
        loop {
            let is_done: bool = sqlx::query_scalar("SELECT status = 'done' FROM bus.delivery WHERE delivery_id = $1")
                .bind(delivery_id)
                .fetch_one(owner)
                .await?;
            if is_done {
                break;
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        times.push(began.elapsed());
    }
    Ok(times)
}

/// The delivery that charges a task's fee for the first time.
async fn delivery_of(owner: &PgPool, task_id: TaskId) -> Result<i64> {
    let delivery_id: Option<i64> = sqlx::query_scalar(
        "SELECT delivery_id FROM (SELECT delivery_id, event_id, subscription FROM bus.delivery ORDER BY delivery_id DESC LIMIT $2) AS newest
         JOIN bus.event USING (event_id) WHERE subscription = 'accounting.task_assign' AND (payload ->> 'task_id')::bigint = $1",
    )
    .bind(task_id.0)
    .bind(NEWEST_DELIVERIES)
    .fetch_optional(owner)
    .await?;
    delivery_id.context("the newest deliveries do not hold that of a task that was created a moment ago")
}
