//! The tracker service: tasks and who has them. It knows auth (specification, §2).

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Caller, Field, FieldProblem, InvalidField, RunId, ServiceError, TaskId, UserId, typed_text};

/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;

/// The longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 10_000;

/// How many tasks may be asked for by id at once.
pub const TASK_IDS_MAX: usize = 500;

/// How many own tasks one answer holds at most.
pub const TASKS_PAGE_MAX: usize = 500;

/// How many of the own tasks are counted: where there are more, this is told.
pub const TASKS_COUNTED_MAX: u64 = 1_000;

/// The longest text that is looked for, in characters.
pub const SEARCH_CHARS_MAX: usize = 200;

/// How many assignments a task's history tells of: the newest ones.
pub const ASSIGNMENTS_SHOWN_MAX: usize = 100;

/// The longest creation key, in characters.
pub const CREATION_KEY_CHARS_MAX: usize = 200;

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
    /// When they were given it.
    pub assigned_at: DateTime<Utc>,
    /// When it was finished; nothing while it is open.
    pub resolution_time: Option<DateTime<Utc>>,
}

/// How many tasks an employee has, counted up to [`TASKS_COUNTED_MAX`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskCounts {
    /// Those that are open.
    pub open: u64,
    /// Those that they have finished.
    pub done: u64,
}

/// That a task was given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assignment {
    /// To whom.
    pub assignee_user_id: UserId,
    /// When.
    pub assigned_at: DateTime<Utc>,
    /// By which reassignment; nothing where it was when the task was created.
    pub run_id: Option<RunId>,
}

/// What has become of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskHistory {
    /// The task.
    pub task: Task,
    /// Who created it.
    pub creator_user_id: UserId,
    /// How often it was given to somebody: each of those times its fee was charged.
    pub assigned_times: u64,
    /// To whom, the newest first: at most [`ASSIGNMENTS_SHOWN_MAX`].
    pub assignments: Vec<Assignment>,
}

/// In which order tasks are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// Which of one's own tasks, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskQuery {
    /// How far they are.
    pub status: TaskStatus,
    /// What their title, their description or their number tells of.
    pub search: Option<SearchText>,
    /// In which order.
    pub order: TaskOrder,
    /// Only those that come after this one: the next part of a long list.
    pub after: Option<TaskId>,
    /// At most so many; never more than [`TASKS_PAGE_MAX`].
    pub limit: usize,
}

impl TaskQuery {
    /// The newest of these tasks.
    #[must_use]
    pub const fn newest(status: TaskStatus) -> Self {
        Self { status, search: None, order: TaskOrder::Newest, after: None, limit: TASKS_PAGE_MAX }
    }
}

/// What somebody looks for: words in any of their forms, or a part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// Takes what a person typed; white space around it is dropped, and where there is nothing else, nothing is looked for.
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidField> {
        let text = typed_text::line(text, Field::Search, SEARCH_CHARS_MAX)?;
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The text: 1 to [`SEARCH_CHARS_MAX`] characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By which a request to create a task is known again: however often it comes, one task is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreationKey(String);

impl CreationKey {
    /// Takes a key that its sender chose: 1 to [`CREATION_KEY_CHARS_MAX`] visible ASCII characters. Each employee has keys of their own.
    pub fn parse(key: &str) -> Result<Self, InvalidField> {
        let wrong = |problem| Err(InvalidField { field: Field::CreationKey, problem });
        match key {
            "" => wrong(FieldProblem::Missing),
            key if key.len() > CREATION_KEY_CHARS_MAX => wrong(FieldProblem::TooLong { chars_max: CREATION_KEY_CHARS_MAX }),
            key if !key.bytes().all(|byte| byte.is_ascii_graphic()) => wrong(FieldProblem::Malformed),
            key => Ok(Self(key.to_owned())),
        }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
        let title = typed_text::required_line(title, Field::Title, TITLE_CHARS_MAX)?;
        let description = typed_text::lines(description, Field::Description, DESCRIPTION_CHARS_MAX)?;
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
    /// Stores a task and gives it to a random assignable employee. Where the caller has created one by this key before, that one is
    /// answered, as it is now; [`FieldProblem::Taken`] where that was another task.
    ///
    /// [`ServiceError::NobodyAssignable`] where there is none; then nothing is stored.
    async fn create(&self, caller: Caller, task: NewTask, key: Option<CreationKey>) -> Result<Task, ServiceError>;

    /// Marks a task as finished. Only its assignee may, and only once.
    async fn resolve(&self, caller: Caller, task_id: TaskId) -> Result<Task, ServiceError>;

    /// The caller's tasks.
    async fn own_tasks(&self, caller: Caller, query: TaskQuery) -> Result<Vec<Task>, ServiceError>;

    /// How many tasks the caller has.
    async fn own_counts(&self, caller: Caller) -> Result<TaskCounts, ServiceError>;

    /// What has become of a task, for everybody; [`ServiceError::NotFound`] where there is none.
    async fn history(&self, task_id: TaskId) -> Result<TaskHistory, ServiceError>;

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
