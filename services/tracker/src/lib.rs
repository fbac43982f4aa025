//! The tracker service: tasks and who has them. It knows auth (specification, §2).

mod storage;
mod use_cases;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{
    Caller, ServiceError, TaskId,
    auth::Directory,
    tracker::{NewTask, Task, TaskStatus},
};
use platform::{
    bus::Outbox,
    clock::CompanyClock,
    database::{Failure, Role, Schema},
};
use sqlx::PgPool;

use self::use_cases::{create::create, list_own::list_own, list_tasks::list_tasks, resolve::resolve};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "tracker", role: Role::Tracker, migrator: sqlx::migrate!() };

/// The tracker service. Clones are the same service.
#[derive(Clone)]
pub struct Tracker {
    pool: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
    directory: Arc<dyn Directory>,
}

impl Tracker {
    /// The service on its own pool, which acts as [`Role::Tracker`]; of the other services it knows auth.
    #[must_use]
    pub fn new(pool: PgPool, outbox: Outbox, clock: CompanyClock, directory: Arc<dyn Directory>) -> Self {
        Self { pool, outbox, clock, directory }
    }
}

#[async_trait]
impl contracts::tracker::Tracker for Tracker {
    async fn create(&self, caller: Caller, task: NewTask) -> Result<Task, ServiceError> {
        create(self, caller, task).await.map_err(Failure::answer("create a task"))
    }

    async fn resolve(&self, caller: Caller, task_id: TaskId) -> Result<Task, ServiceError> {
        resolve(self, caller, task_id).await.map_err(Failure::answer("resolve a task"))
    }

    async fn own_tasks(&self, caller: Caller, status: TaskStatus, before: Option<TaskId>) -> Result<Vec<Task>, ServiceError> {
        list_own(self, caller, status, before).await.map_err(Failure::answer("list own tasks"))
    }

    async fn tasks(&self, task_ids: &[TaskId]) -> Result<Vec<Task>, ServiceError> {
        list_tasks(self, task_ids).await.map_err(Failure::answer("list tasks by id"))
    }
}
