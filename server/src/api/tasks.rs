//! Tasks and who has them.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use contracts::{
    Field, FieldProblem, InvalidField, ServiceError, TaskId,
    tracker::{CreationKey, NewTask, SearchText, TASKS_PAGE_MAX, Task, TaskHistory, TaskOrder, TaskQuery, TaskStatus},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use wiring::Services;

use super::{numbers, problem::Problem};
use crate::session::LoggedIn;

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct IdsParameters {
    /// Numbers of tasks, separated by commas; at most 500.
    #[serde(default)]
    #[param(required = true, example = "1,2,3")]
    ids: String,
}

/// Tasks by their numbers. Numbers of no task are left out.
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "tracker", security(("session" = [])), params(IdsParameters),
    responses(
        (status = 200, description = "The tasks, in no particular order", body = Vec<Task>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No numbers, or too many", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn by_ids(
    State(services): State<Services>,
    _session: LoggedIn,
    Query(parameters): Query<IdsParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<Task>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let task_ids = numbers::task_ids(&parameters.ids).map_err(problem)?;
    services.tracker.tasks(&task_ids).await.map(Json).map_err(problem)
}

/// Which of the own tasks.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct MineParameters {
    /// `IN_PROGRESS` (the default) or `DONE`.
    #[serde(default)]
    #[param(value_type = Option<TaskStatus>)]
    status: Option<String>,
    /// Only tasks whose title or description tells of this, or whose number this is: words in any of their forms, or a part of a word.
    #[serde(default)]
    #[param(max_length = 200)]
    search: Option<String>,
    /// `newest` (the default) or `oldest`: which tasks come first.
    #[serde(default)]
    #[param(value_type = Option<TaskOrder>)]
    order: Option<String>,
    /// Only tasks that come after the one of this number: the next part of a long list.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    after: Option<String>,
    /// How many at most; 100 where nothing is said, and never more than 500.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 1, maximum = 500)]
    limit: Option<String>,
}

/// How many tasks are listed where nothing is said.
const LIMIT: usize = 100;

impl MineParameters {
    fn read(&self) -> Result<TaskQuery, ServiceError> {
        let malformed = |field| ServiceError::Invalid(InvalidField { field, problem: FieldProblem::Malformed });
        let status = match self.status.as_deref() {
            None | Some("IN_PROGRESS") => TaskStatus::InProgress,
            Some("DONE") => TaskStatus::Done,
            Some(_) => return Err(malformed(Field::Status)),
        };
        let order = match self.order.as_deref() {
            None | Some("newest") => TaskOrder::Newest,
            Some("oldest") => TaskOrder::Oldest,
            Some(_) => return Err(malformed(Field::Order)),
        };
        let after = self.after.as_deref().map(|number| number.parse().map_err(|_| malformed(Field::After))).transpose()?;
        let Ok(limit @ 1..=TASKS_PAGE_MAX) = self.limit.as_deref().map_or(Ok(LIMIT), str::parse) else {
            return Err(malformed(Field::Limit));
        };
        let search = SearchText::parse(self.search.as_deref().unwrap_or_default()).map_err(ServiceError::Invalid)?;
        Ok(TaskQuery { status, search, order, after, limit })
    }
}

/// The caller's tasks.
#[utoipa::path(
    get, path = "/api/v1/tasks/mine", tag = "tracker", security(("session" = [])), params(MineParameters),
    responses(
        (status = 200, description = "The tasks", body = Vec<Task>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such status, order, number or limit", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mine(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<MineParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<Task>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let query = parameters.read().map_err(problem)?;
    services.tracker.own_tasks(session.caller(), query).await.map(Json).map_err(problem)
}

/// A task to be done.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewTaskBody {
    /// What it is, in a line: 1 to 200 characters.
    title: String,
    /// What it is, in full: at most 10,000 characters.
    #[serde(default)]
    description: String,
}

/// The header by which a request is known again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Stores a task and gives it to a random employee. However often a request with the same `Idempotency-Key` comes, it does so once.
#[utoipa::path(
    post, path = "/api/v1/tasks", tag = "tracker", security(("session" = [])), request_body = NewTaskBody,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "1 to 200 visible ASCII characters, chosen by who sends the request; each employee has keys of their own",
        min_length = 1, max_length = 200, pattern = "^[!-~]+$")),
    responses(
        (status = 201, description = "The task and who has it", body = Task),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nobody can be given a task", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The task cannot be used, or the key stands for another one", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(services): State<Services>,
    session: LoggedIn,
    headers: HeaderMap,
    body: Result<Json<NewTaskBody>, JsonRejection>,
) -> Result<(StatusCode, Json<Task>), Problem> {
    let problem = |error| Problem::of(error, &headers);
    let unreadable = |_| ServiceError::Invalid(InvalidField { field: Field::Title, problem: FieldProblem::Missing });
    let Json(body) = body.map_err(unreadable).map_err(problem)?;
    let task = NewTask::parse(&body.title, &body.description).map_err(ServiceError::Invalid).map_err(problem)?;
    let key = headers.get(IDEMPOTENCY_KEY).map(|key| CreationKey::parse(key.to_str().unwrap_or_default()));
    let key = key.transpose().map_err(ServiceError::Invalid).map_err(problem)?;
    let task = services.tracker.create(session.caller(), task, key).await.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(task)))
}

/// Marks a task as finished. Only who has it may, and only once.
#[utoipa::path(
    post, path = "/api/v1/tasks/{task_id}/resolve", tag = "tracker", security(("session" = [])),
    params(("task_id" = i64, Path, description = "The task's number")),
    responses(
        (status = 200, description = "The finished task", body = Task),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The task is somebody else's", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such task", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The task is done already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resolve(
    State(services): State<Services>,
    session: LoggedIn,
    Path(task_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Task>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let task_id: TaskId = task_id.parse().map_err(|_| problem(ServiceError::NotFound))?;
    services.tracker.resolve(session.caller(), task_id).await.map(Json).map_err(problem)
}

/// What has become of a task.
#[utoipa::path(
    get, path = "/api/v1/tasks/{task_id}", tag = "tracker", security(("session" = [])),
    params(("task_id" = i64, Path, description = "The task's number")),
    responses(
        (status = 200, description = "The task, who created it, and to whom it was given", body = TaskHistory),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such task", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn history(
    State(services): State<Services>,
    _session: LoggedIn,
    Path(task_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<TaskHistory>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let task_id: TaskId = task_id.parse().map_err(|_| problem(ServiceError::NotFound))?;
    services.tracker.history(task_id).await.map(Json).map_err(problem)
}
