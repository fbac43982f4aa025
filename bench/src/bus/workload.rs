//! Tasks with prices, and assignments of them.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use contracts::{Event, Fact, TaskAssign, TaskCreate, TaskId, UserId};
use platform::{
    bus::{Outbox, Wake},
    clock::CompanyClock,
    database::Role,
    randomness::Randomness,
};
use sqlx::PgPool;
use testbed::{Installation, wait_for_quiet};
use uuid::Uuid;

use super::start_workers;

/// How many tasks there are: enough that neighbouring events speak of different ones.
const TASKS: i64 = 1_000;

/// How many employees are given tasks.
const EMPLOYEES: usize = 50;

/// How long nothing may move before the benchmark gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// What events speak of, and how they are published: by the tracker's outbox on the tracker's role.
#[derive(Clone)]
pub(super) struct Workload {
    tracker: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
    randomness: Randomness,
    employees: Arc<[UserId]>,
}

impl Workload {
    /// Lets tasks be priced.
    pub(super) async fn prepare(installation: &Installation, processes: usize) -> Result<Self> {
        let randomness = Randomness::seeded(1);
        let employees = (0..EMPLOYEES).map(|_| UserId(randomness.id(chrono::DateTime::UNIX_EPOCH))).collect();
        let tracker = installation.database.pool(Role::Tracker);
        let outbox = Outbox::new(randomness.clone(), Wake::default());
        let workload = Self { tracker, outbox, clock: CompanyClock::new(chrono_tz::Tz::UTC), randomness, employees };

        let creator_user_id = workload.employees[0];
        let created = |task_id| Fact::TaskCreate(TaskCreate { task_id, title: format!("Task {task_id}"), creator_user_id });
        workload.publish((1..=TASKS).map(TaskId).map(created).collect()).await?;
        let workers = start_workers(installation, processes)?;
        wait_for_quiet(&installation.owner, PATIENCE).await?;
        drop(workers);
        Ok(workload)
    }

    /// Publishes so many assignments in one transaction.
    pub(super) async fn assign(&self, count: usize) -> Result<()> {
        self.publish(self.assignments(count).into_iter().map(Fact::TaskAssign).collect()).await
    }

    /// So many assignments, of tasks and to employees by turns.
    pub(super) fn assignments(&self, count: usize) -> Vec<TaskAssign> {
        let start = usize::from(u16::from_ne_bytes(self.randomness.bytes()));
        (start..start + count)
            .map(|n| TaskAssign {
                task_id: TaskId(1 + i64::try_from(n).unwrap_or(0) % TASKS),
                assignee_user_id: self.employees[n % EMPLOYEES],
                run_id: None,
            })
            .collect()
    }

    async fn publish(&self, facts: Vec<Fact>) -> Result<()> {
        let mut transaction = self.tracker.begin().await?;
        let moment = self.clock.moment(&mut *transaction).await?;
        let events: Vec<Event> = facts.into_iter().map(|fact| self.outbox.event(moment, fact)).collect();
        let recorded = self.outbox.record(&mut transaction, &events).await?;
        transaction.commit().await?;
        self.outbox.committed(recorded);
        Ok(())
    }

    /// An id of an event.
    pub(super) fn new_id(&self) -> Uuid {
        self.randomness.id(chrono::DateTime::UNIX_EPOCH)
    }

    /// Waits until every delivery is finished.
    pub(super) async fn wait_for_quiet(installation: &Installation) -> Result<()> {
        Ok(wait_for_quiet(&installation.owner, PATIENCE).await?)
    }
}

/// How many entries the ledger has: each event of the workload makes one.
pub(super) async fn entries(owner: &PgPool) -> Result<i64> {
    // Not counted but added up, which is as true and far cheaper than what is measured.
    Ok(sqlx::query_scalar("SELECT coalesce(sum(entry_count), 0)::bigint FROM accounting.account").fetch_one(owner).await?)
}

/// How safely commits are stored.
pub(super) async fn durability(owner: &PgPool) -> Result<String> {
    let settings = "SELECT string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM pg_settings
         WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method')";
    Ok(sqlx::query_scalar(settings).fetch_one(owner).await?)
}
