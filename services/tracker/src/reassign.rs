//! How a reassignment of all open tasks gets on: a batch at a time, each in one transaction with its events and the run's cursor.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use contracts::{
    Event, Fact, Hint, Moment, RunId, TaskAssign, TaskId, TasksReassign, UserId,
    reassign::{ReassignShare, ReassignStatus},
};
use platform::bus::Recorded;
use sqlx::{Connection as _, PgConnection};

use crate::{
    Tracker,
    storage::{self, reassign_run::LockedRun, task::Held},
};

/// How many tasks one transaction reassigns: its locks are held for a fraction of a second.
pub(crate) const BATCH_COUNT_MAX: usize = 1_000;

/// Works off a batch of a run, and lets the next one follow. Nothing where the batch has been worked off, or the run has ended.
pub(crate) async fn work_off(
    tracker: &Tracker,
    connection: &mut PgConnection,
    cause: &Event,
    (run_id, batch_no): (RunId, i64),
    drawn: &[UserId],
) -> sqlx::Result<Recorded> {
    let now = tracker.clock.moment(&mut *connection).await?;
    let Some(mut run) = storage::reassign_run::lock(connection, run_id, batch_no).await? else { return Ok(Recorded::default()) };
    // Where nobody was drawn, it only matters whether a task is left.
    let limit = drawn.len().max(1);
    let Some(Batch { tasks, is_retry }) = Batch::next(connection, run_id, &mut run, limit).await? else {
        storage::reassign_run::end(connection, run_id, ReassignStatus::Done, now.at).await?;
        tracing::info!(%run_id, "reassignment: every open task is through");
        return Ok(Recorded::default().and([Hint::Reassign]));
    };
    if drawn.is_empty() {
        storage::reassign_run::end(connection, run_id, ReassignStatus::Failed, now.at).await?;
        tracing::warn!(%run_id, "reassignment: nobody is assignable");
        return Ok(Recorded::default().and([Hint::Reassign]));
    }
    let assignments: Vec<Assignment> =
        tasks.into_iter().zip(drawn).map(|(held, to)| Assignment { task_id: held.task_id, from: held.holder, to: *to }).collect();
    let assignments = Assigner { run_id, at: now.at, is_retry }.assign(connection, &assignments).await?;
    let shares = shares(&assignments);
    storage::reassign_share::add(connection, run_id, &shares).await?;
    run.assigned += i64::try_from(assignments.len()).unwrap_or(i64::MAX);
    run.batch_no += 1;
    storage::reassign_run::advance(connection, run_id, &run, now.at).await?;
    let recorded = record(tracker, connection, cause, now, run_id, &run, &assignments).await?;
    // The events tell who has a task now; who had it sees it no more.
    Ok(recorded.and(shares.into_iter().map(|(user_id, _)| Hint::Employee(user_id))))
}

/// Tasks that are open, under their locks.
struct Batch {
    tasks: Vec<Held>,
    /// Whether they have failed before, and this is the last time that they are tried.
    is_retry: bool,
}

impl Batch {
    /// The next tasks of a run: first all, in the order of their numbers, and then those that failed. Nothing where
    /// none is left.
    async fn next(connection: &mut PgConnection, run_id: RunId, run: &mut LockedRun, limit: usize) -> sqlx::Result<Option<Self>> {
        let window = storage::task::open_window(&mut *connection, run.cursor, run.last, limit).await?;
        let Some(last) = window.last() else {
            return Self::next_to_retry(connection, run_id, limit).await;
        };
        run.cursor = *last;
        let tasks = storage::task::lock_free(connection, &window).await?;
        // Whoever has a task locked may be about to finish it. The others need not wait for that.
        let is_locked = |task_id: &TaskId| tasks.binary_search_by_key(task_id, |held| held.task_id).is_err();
        let locked: Vec<_> = window.into_iter().filter(is_locked).map(|task_id| (task_id, LOCKED.to_owned())).collect();
        storage::reassign_failure::note(connection, run_id, &locked, false).await?;
        Ok(Some(Self { tasks, is_retry: false }))
    }

    /// The next of those that failed. Those that were finished meanwhile are forgotten.
    async fn next_to_retry(connection: &mut PgConnection, run_id: RunId, limit: usize) -> sqlx::Result<Option<Self>> {
        let to_retry = storage::reassign_failure::to_retry(&mut *connection, run_id, limit).await?;
        if to_retry.is_empty() {
            return Ok(None);
        }
        let (open, finished): (Vec<_>, Vec<_>) = to_retry.into_iter().partition(|task| task.is_open);
        let [open, finished] = [open, finished].map(|tasks| tasks.into_iter().map(|task| task.task_id).collect::<Vec<_>>());
        storage::reassign_failure::forget(connection, run_id, &finished).await?;
        let mut tasks = storage::task::lock_free(connection, &open).await?;
        if let (true, Some(first)) = (tasks.is_empty(), open.first()) {
            tasks.extend(wait_for(connection, run_id, *first).await?);
        }
        Ok(Some(Self { tasks, is_retry: true }))
    }
}

/// What is said of a task that somebody has locked.
const LOCKED: &str = "something else has had the task locked all the time";

/// Locks a task as soon as nobody else has it locked. Nothing where it is finished by then, or where that takes too long: then it is noted
/// for good.
async fn wait_for(connection: &mut PgConnection, run_id: RunId, task_id: TaskId) -> sqlx::Result<Option<Held>> {
    let mut savepoint = connection.begin().await?;
    match storage::task::lock_open(&mut savepoint, task_id).await {
        Ok(held) => {
            savepoint.commit().await?;
            Ok(held)
        }
        Err(error) if is_lock_timeout(&error) => {
            savepoint.rollback().await?;
            tracing::warn!(%run_id, %task_id, "reassignment: a task that is locked keeps who has it");
            storage::reassign_failure::note(connection, run_id, &[(task_id, LOCKED.to_owned())], true).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A task that goes from one employee to another, or the same.
#[derive(Debug, Clone, Copy)]
struct Assignment {
    task_id: TaskId,
    from: UserId,
    to: UserId,
}

/// What a batch changes for each employee.
fn shares(assignments: &[Assignment]) -> Vec<(UserId, ReassignShare)> {
    let mut shares: BTreeMap<UserId, ReassignShare> = BTreeMap::new();
    for task in assignments.iter().filter(|task| task.from != task.to) {
        shares.entry(task.to).or_default().gained += 1;
        shares.entry(task.from).or_default().lost += 1;
    }
    shares.into_iter().collect()
}

/// Assigns tasks in a run, at a moment; a failure is final where it is a retry.
#[derive(Debug, Clone, Copy)]
struct Assigner {
    run_id: RunId,
    at: DateTime<Utc>,
    is_retry: bool,
}

impl Assigner {
    /// Assigns tasks to employees, all at once; where one of them cannot be stored, half of them, and so on, until that one is alone: it is left
    /// as it was. Answers those that were made.
    async fn assign(self, connection: &mut PgConnection, tasks: &[Assignment]) -> sqlx::Result<Vec<Assignment>> {
        let Self { run_id, is_retry, .. } = self;
        let mut parts: Vec<&[Assignment]> = tasks.chunks(if is_retry { 1 } else { BATCH_COUNT_MAX }).rev().collect();
        let (mut assignments, mut failed) = (Vec::with_capacity(tasks.len()), Vec::new());
        while let Some(part) = parts.pop() {
            match (self.assign_together(connection, part).await, part) {
                (Ok(()), _) => assignments.extend_from_slice(part),
                (Err(error), [task]) if is_of_a_task(&error) => {
                    tracing::warn!(%run_id, task_id = %task.task_id, %error, is_retry, "reassignment: a task keeps who has it");
                    failed.push((task.task_id, error.to_string()));
                }
                (Err(error), _) if is_of_a_task(&error) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                (Err(error), _) => return Err(error),
            }
        }
        storage::reassign_failure::note(connection, run_id, &failed, is_retry).await?;
        if is_retry {
            let task_ids: Vec<TaskId> = assignments.iter().map(|task| task.task_id).collect();
            storage::reassign_failure::forget(connection, run_id, &task_ids).await?;
        }
        Ok(assignments)
    }

    /// Assigns tasks to employees, or leaves all of them as they were.
    async fn assign_together(self, connection: &mut PgConnection, tasks: &[Assignment]) -> sqlx::Result<()> {
        let (task_ids, assignees): (Vec<TaskId>, Vec<UserId>) = tasks.iter().map(|task| (task.task_id, task.to)).unzip();
        let mut savepoint = connection.begin().await?;
        storage::task::assign(&mut savepoint, &task_ids, &assignees, self.at, self.run_id).await?;
        savepoint.commit().await
    }
}

/// Whether it is something about a task: a rule of the table, or a value. All else has nothing to do with which task it is.
fn is_of_a_task(error: &sqlx::Error) -> bool {
    // SQLSTATE: data exception, integrity constraint violation, raise_exception.
    code(error).is_some_and(|code| code.starts_with("22") || code.starts_with("23") || code == "P0001")
}

/// Whether somebody else held a lock for too long.
fn is_lock_timeout(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code == "55P03")
}

fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code)
}

/// Records who was assigned what, and that the run continues with its next batch.
async fn record(
    tracker: &Tracker,
    connection: &mut PgConnection,
    cause: &Event,
    now: Moment,
    run_id: RunId,
    run: &LockedRun,
    assignments: &[Assignment],
) -> sqlx::Result<Recorded> {
    let assigned = assignments
        .iter()
        .map(|task| Fact::TaskAssign(TaskAssign { task_id: task.task_id, assignee_user_id: task.to, run_id: Some(run_id) }));
    let next = Fact::TasksReassign(TasksReassign { run_id, batch_no: run.batch_no });
    let events: Vec<Event> = assigned.chain([next]).map(|fact| tracker.outbox.event_caused_by(cause, now, fact)).collect();
    tracker.outbox.record(connection, &events).await
}
