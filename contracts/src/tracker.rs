//! The tracker service: tasks and who has them. It knows auth (specification, §2).

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Caller, Field, FieldProblem, InvalidField, ServiceError, TaskId, UserId};

/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;

/// The longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 10_000;

/// How many tasks may be asked for by id at once.
pub const TASK_IDS_MAX: usize = 500;

/// How many own tasks one answer holds at most.
pub const TASKS_PAGE_MAX: usize = 100;

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskStatus {
    /// Somebody has it.
    InProgress,
    /// It is finished, for good.
    Done,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Its number.
    pub task_id: TaskId,
    /// What it is, in a line.
    pub title: String,
    /// What it is, in full; may be empty.
    pub description: String,
    /// How far it is.
    pub status: TaskStatus,
    /// Who has it, or who had it when it was finished.
    pub assignee_user_id: UserId,
    /// When it was created.
    pub creation_time: DateTime<Utc>,
}

/// A task that a person wants done, as typed in and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    title: String,
    description: String,
}

impl NewTask {
    /// Takes what a person typed. White space around both is dropped; the description keeps its line breaks, as `\n`.
    pub fn parse(title: &str, description: &str) -> Result<Self, InvalidField> {
        let title = title.trim();
        let description = description.trim().replace("\r\n", "\n");
        let wrong = |field, problem| Err(InvalidField { field, problem });
        if title.is_empty() {
            return wrong(Field::Title, FieldProblem::Missing);
        }
        if title.chars().count() > TITLE_CHARS_MAX {
            return wrong(Field::Title, FieldProblem::TooLong { chars_max: TITLE_CHARS_MAX });
        }
        if title.chars().any(char::is_control) {
            return wrong(Field::Title, FieldProblem::ControlCharacters);
        }
        if description.chars().count() > DESCRIPTION_CHARS_MAX {
            return wrong(Field::Description, FieldProblem::TooLong { chars_max: DESCRIPTION_CHARS_MAX });
        }
        if description.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return wrong(Field::Description, FieldProblem::ControlCharacters);
        }
        Ok(Self { title: title.to_owned(), description })
    }

    /// The title: 1 to [`TITLE_CHARS_MAX`] characters in one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The description: at most [`DESCRIPTION_CHARS_MAX`] characters.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

/// What pages, the API and other services may ask of the tracker.
#[async_trait]
pub trait Tracker: Send + Sync + 'static {
    /// Stores a task and gives it to a random assignable employee.
    ///
    /// [`ServiceError::NobodyAssignable`] where there is none; then nothing is stored.
    async fn create(&self, caller: Caller, task: NewTask) -> Result<Task, ServiceError>;

    /// Marks a task as finished. Only its assignee may, and only once.
    async fn resolve(&self, caller: Caller, task_id: TaskId) -> Result<Task, ServiceError>;

    /// The caller's tasks of one status, newest first: at most [`TASKS_PAGE_MAX`], those before `before` where it is given.
    async fn own_tasks(&self, caller: Caller, status: TaskStatus, before: Option<TaskId>) -> Result<Vec<Task>, ServiceError>;

    /// The tasks with these ids, at most [`TASK_IDS_MAX`], in no particular order; unknown ids are left out.
    async fn tasks(&self, task_ids: &[TaskId]) -> Result<Vec<Task>, ServiceError>;
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Done => "DONE",
        })
    }
}
