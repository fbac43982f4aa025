//! Tasks with prices, and assignments of them.

use std::sync::Arc;

use anyhow::Result;
use contracts::{Event, Fact, TaskAssign, TaskCreate, TaskId, UserId};
use platform::{
    bus::{Outbox, Wake},
    clock::CompanyClock,
    database::Role,
    randomness::Randomness,
};
use sqlx::PgPool;
use testbed::Installation;
use uuid::Uuid;

/// How many tasks there are: enough that neighbouring events speak of different ones.
pub(crate) const TASKS: i64 = 1_000;

/// How many clients book at the same time: as many as a worker process works on batches of one subscription.
pub(crate) const CLIENTS: usize = 4;

/// How many postings one transaction books: as many as a batch of the bus holds.
pub(crate) const BATCH: usize = 100;

/// What events speak of, and how they are published: by the tracker's outbox on the tracker's role.
#[derive(Clone)]
pub(crate) struct Workload {
    tracker: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
    randomness: Randomness,
    employees: Arc<[UserId]>,
}

impl Workload {
    /// So many employees, who are to be given tasks. `seed` is for who they are; nobody's is another's.
    pub(crate) fn new(installation: &Installation, employees: usize, seed: u64) -> Self {
        let randomness = Randomness::seeded(seed);
        let employees = (0..employees).map(|_| UserId(randomness.id(chrono::DateTime::UNIX_EPOCH))).collect();
        let tracker = installation.database.pool(Role::Tracker);
        let outbox = Outbox::new(randomness.clone(), Wake::default());
        Self { tracker, outbox, clock: CompanyClock::new(chrono_tz::Tz::UTC), randomness, employees }
    }

    /// Publishes that the tasks were created: each is to get its price.
    pub(crate) async fn create_tasks(&self) -> Result<()> {
        let creator_user_id = self.employees[0];
        let created = |task_id| Fact::TaskCreate(TaskCreate { task_id, title: format!("Task {task_id}"), creator_user_id });
        self.publish((1..=TASKS).map(TaskId).map(created).collect()).await
    }

    /// Publishes so many assignments in one transaction.
    pub(crate) async fn assign(&self, count: usize) -> Result<()> {
        self.publish(self.assignments(count).into_iter().map(Fact::TaskAssign).collect()).await
    }

    /// Publishes a backlog of so many assignments.
    pub(crate) async fn assign_many(&self, count: usize) -> Result<()> {
        /// How many events one transaction publishes: as a reassignment of all tasks would.
        const EVENTS_PER_TRANSACTION: usize = 500;
        let mut left = count;
        while left > 0 {
            let count = left.min(EVENTS_PER_TRANSACTION);
            self.assign(count).await?;
            left -= count;
        }
        Ok(())
    }

    /// So many assignments, of tasks and to employees by turns.
    pub(crate) fn assignments(&self, count: usize) -> Vec<TaskAssign> {
        let start = usize::from(u16::from_ne_bytes(self.randomness.bytes()));
        (start..start + count)
            .map(|n| TaskAssign {
                task_id: TaskId(1 + i64::try_from(n).unwrap_or(0) % TASKS),
                assignee_user_id: self.employees[n % self.employees.len()],
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

    /// Who is given tasks.
    pub(crate) fn employees(&self) -> Vec<Uuid> {
        self.employees.iter().map(|user_id| user_id.0).collect()
    }

    /// An id of an event.
    pub(crate) fn new_id(&self) -> Uuid {
        self.randomness.id(chrono::DateTime::UNIX_EPOCH)
    }
}
