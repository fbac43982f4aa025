//! The tracker service: tasks and who has them. It knows auth (specification, §2).

mod reactions;
mod reassign;
mod storage;
mod use_cases;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{
    Actor, Caller, RunId, ServiceError, TaskId,
    auth::Directory,
    reassign::{ReassignFailure, ReassignRun, ReassignShare},
    tracker::{CreationKey, NewTask, Task, TaskCounts, TaskHistory, TaskQuery},
};
use platform::{
    bus::{AnyReaction, Outbox},
    clock::CompanyClock,
    database::{Failure, Role, Schema},
};
use sqlx::PgPool;

use self::{
    reactions::tasks_reassign::GoOnReassigning,
    use_cases::{
        cancel_reassign::cancel_reassign,
        create::create,
        history::history,
        list_own::{count_own, list_own},
        list_tasks::list_tasks,
        reassign_runs::{open_tasks, own_share, reassign_failures, reassign_run, reassign_runs, running_reassign},
        resolve::resolve,
        start_reassign::start_reassign,
    },
};

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

    /// What the service does when it hears of events.
    #[must_use]
    pub fn reactions(&self) -> Vec<Arc<dyn AnyReaction>> {
        vec![Arc::new(GoOnReassigning(self.clone()))]
    }
}

#[async_trait]
impl contracts::tracker::Tracker for Tracker {
    async fn create(&self, caller: Caller, task: NewTask, key: Option<CreationKey>) -> Result<Task, ServiceError> {
        create(self, caller, task, key).await.map_err(Failure::answer("create a task"))
    }

    async fn resolve(&self, caller: Caller, task_id: TaskId) -> Result<Task, ServiceError> {
        resolve(self, caller, task_id).await.map_err(Failure::answer("resolve a task"))
    }

    async fn own_tasks(&self, caller: Caller, query: TaskQuery) -> Result<Vec<Task>, ServiceError> {
        list_own(self, caller, &query).await.map_err(Failure::answer("list own tasks"))
    }

    async fn own_counts(&self, caller: Caller) -> Result<TaskCounts, ServiceError> {
        count_own(self, caller).await.map_err(Failure::answer("count own tasks"))
    }

    async fn history(&self, task_id: TaskId) -> Result<TaskHistory, ServiceError> {
        history(self, task_id).await.map_err(Failure::answer("show what has become of a task"))
    }

    async fn tasks(&self, task_ids: &[TaskId]) -> Result<Vec<Task>, ServiceError> {
        list_tasks(self, task_ids).await.map_err(Failure::answer("list tasks by id"))
    }
}

#[async_trait]
impl contracts::reassign::Reassign for Tracker {
    async fn start(&self, actor: Actor) -> Result<ReassignRun, ServiceError> {
        start_reassign(self, actor).await.map_err(Failure::answer("start a reassignment"))
    }

    async fn cancel(&self, actor: Actor, run_id: RunId) -> Result<ReassignRun, ServiceError> {
        cancel_reassign(self, actor, run_id).await.map_err(Failure::answer("cancel a reassignment"))
    }

    async fn run(&self, actor: Actor, run_id: RunId) -> Result<ReassignRun, ServiceError> {
        reassign_run(self, actor, run_id).await.map_err(Failure::answer("show a reassignment"))
    }

    async fn runs(&self, actor: Actor, before: Option<RunId>) -> Result<Vec<ReassignRun>, ServiceError> {
        reassign_runs(self, actor, before).await.map_err(Failure::answer("list reassignments"))
    }

    async fn own_share(&self, caller: Caller) -> Result<Option<(ReassignRun, ReassignShare)>, ServiceError> {
        own_share(self, caller).await.map_err(Failure::answer("show what a reassignment changed"))
    }

    async fn running(&self, actor: Actor) -> Result<Option<ReassignRun>, ServiceError> {
        running_reassign(self, actor).await.map_err(Failure::answer("show the running reassignment"))
    }

    async fn open_tasks(&self, actor: Actor) -> Result<i64, ServiceError> {
        open_tasks(self, actor).await.map_err(Failure::answer("count open tasks"))
    }

    async fn failures(&self, actor: Actor, run_id: RunId, after: Option<TaskId>) -> Result<Vec<ReassignFailure>, ServiceError> {
        reassign_failures(self, actor, run_id, after).await.map_err(Failure::answer("list what a reassignment left out"))
    }
}
