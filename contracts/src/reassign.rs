//! Reassignments of all open tasks (specification, §2): each open task is given to a random employee, and each of them pays the fee.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, Caller, Role, RunId, ServiceError, TaskId, UserId};

/// How many runs a list gives at once.
pub const REASSIGN_RUNS_PAGE_SIZE: usize = 100;

/// How many failures a list gives at once.
pub const REASSIGN_FAILURES_PAGE_SIZE: usize = 100;

/// Who may reassign all tasks, and see how that goes.
pub const MAY_REASSIGN: &[Role] = &[Role::Manager, Role::Admin];

/// For how long employees are told what a run changed for them.
pub const REASSIGN_NEWS_AGE_MAX: Duration = Duration::from_hours(24);

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReassignStatus {
    /// It goes from task to task.
    Running,
    /// It has been through every task that was open when it started.
    Done,
    /// Nobody was assignable; the remaining tasks keep their assignees.
    Failed,
    /// Somebody cancelled it; the remaining tasks keep their assignees.
    Cancelled,
}

impl ReassignStatus {
    /// The status' name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed, Self::Cancelled].into_iter().find(|status| status.name() == name)
    }
}

/// A reassignment of all open tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReassignRun {
    /// Which run.
    pub run_id: RunId,
    /// How it stands.
    pub status: ReassignStatus,
    /// The employee who started it; nothing where an operator did.
    pub started_by: Option<UserId>,
    /// When.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many tasks were open when it started. Those that are finished meanwhile are not given to anybody.
    pub open_tasks: i64,
    /// How many tasks it has reassigned so far.
    pub assigned: i64,
    /// How many tasks failed, also when retried; they keep their assignees.
    pub failures: i64,
    /// When it last made progress.
    pub advanced_at: DateTime<Utc>,
}

/// A task that a run could not give to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReassignFailure {
    /// Which task.
    pub task_id: TaskId,
    /// What the database answered: for administrators and operators only, nobody else can do anything about it.
    pub error: Option<String>,
}

/// What a run changed for an employee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReassignShare {
    /// How many tasks they were given that somebody else had.
    pub gained: i64,
    /// How many of their tasks went to somebody else.
    pub lost: i64,
}

/// What the pages and the API may ask of reassignments. Where nothing else is said, for managers, administrators and operators only.
#[async_trait]
pub trait Reassign: Send + Sync + 'static {
    /// Starts a run, which goes on in the background. While one is running, that one is answered.
    ///
    /// [`ServiceError::NobodyAssignable`] where there is nobody whom a task could be given to; then nothing is stored.
    async fn start(&self, actor: Actor) -> Result<ReassignRun, ServiceError>;

    /// Cancels a run between two batches. One that has ended stays as it is.
    async fn cancel(&self, actor: Actor, run_id: RunId) -> Result<ReassignRun, ServiceError>;

    /// A run; [`ServiceError::NotFound`] where there is none.
    async fn run(&self, actor: Actor, run_id: RunId) -> Result<ReassignRun, ServiceError>;

    /// The newest runs, at most [`REASSIGN_RUNS_PAGE_SIZE`]: those before `before`, where one is given.
    async fn runs(&self, actor: Actor, before: Option<RunId>) -> Result<Vec<ReassignRun>, ServiceError>;

    /// The newest run that has ended and changed something for the caller, whoever that is, and what; nothing when it ended longer ago than
    /// [`REASSIGN_NEWS_AGE_MAX`].
    async fn own_share(&self, caller: Caller) -> Result<Option<(ReassignRun, ReassignShare)>, ServiceError>;

    /// The run that is running, if there is one.
    async fn running(&self, actor: Actor) -> Result<Option<ReassignRun>, ServiceError>;

    /// How many tasks are open: what a run that started now would reassign. Counts all of them.
    async fn open_tasks(&self, actor: Actor) -> Result<i64, ServiceError>;

    /// The tasks that a run could not give to anybody, at most [`REASSIGN_FAILURES_PAGE_SIZE`]: those after `after`, where one is given.
    async fn failures(&self, actor: Actor, run_id: RunId, after: Option<TaskId>) -> Result<Vec<ReassignFailure>, ServiceError>;
}
