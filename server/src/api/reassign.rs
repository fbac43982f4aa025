//! Reassignments of all open tasks.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use contracts::{
    Field, FieldProblem, InvalidField, RunId, ServiceError, TaskId,
    reassign::{ReassignFailure, ReassignRun},
};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::problem::Problem;
use crate::session::LoggedIn;

/// Gives every open task to a random employee, in the background. Each of them pays the fee. While a run is running, that one is answered.
#[utoipa::path(
    post, path = "/api/v1/tasks/reassign", tag = "tracker", security(("session" = [])),
    responses(
        (status = 202, description = "The run that goes on now", body = ReassignRun),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nobody can be given a task", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(
    State(services): State<Services>,
    session: LoggedIn,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<ReassignRun>), Problem> {
    let run = services.reassign.start(session.actor()).await.map_err(|error| Problem::of(error, &headers))?;
    Ok((StatusCode::ACCEPTED, Json(run)))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct RunsParameters {
    /// Only runs before the one of this number: the next part of a long list.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    before: Option<String>,
}

/// The newest runs, at most 100.
#[utoipa::path(
    get, path = "/api/v1/reassign-runs", tag = "tracker", security(("session" = [])), params(RunsParameters),
    responses(
        (status = 200, description = "The runs, the newest first", body = Vec<ReassignRun>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such number", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn runs(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RunsParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<ReassignRun>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::Before, problem: FieldProblem::Malformed });
    let before = parameters.before.as_deref().map(|number| number.parse().map_err(malformed)).transpose().map_err(problem)?;
    services.reassign.runs(session.actor(), before).await.map(Json).map_err(problem)
}

/// A run and how far it is.
#[utoipa::path(
    get, path = "/api/v1/reassign-runs/{run_id}", tag = "tracker", security(("session" = [])),
    params(("run_id" = i64, Path, description = "The run's number")),
    responses(
        (status = 200, description = "The run", body = ReassignRun),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such run", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn run(
    State(services): State<Services>,
    session: LoggedIn,
    Path(run_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ReassignRun>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let run_id = numbered(&run_id).map_err(problem)?;
    services.reassign.run(session.actor(), run_id).await.map(Json).map_err(problem)
}

/// Stops a run between two batches: the remaining tasks keep who has them. A run that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/v1/reassign-runs/{run_id}/cancel", tag = "tracker", security(("session" = [])),
    params(("run_id" = i64, Path, description = "The run's number")),
    responses(
        (status = 200, description = "The run", body = ReassignRun),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such run", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel(
    State(services): State<Services>,
    session: LoggedIn,
    Path(run_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ReassignRun>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let run_id = numbered(&run_id).map_err(problem)?;
    services.reassign.cancel(session.actor(), run_id).await.map(Json).map_err(problem)
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct FailuresParameters {
    /// Only tasks after the one of this number: the next part of a long list.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

/// The tasks that a run could not give to anybody, at most 100.
#[utoipa::path(
    get, path = "/api/v1/reassign-runs/{run_id}/failures", tag = "tracker", security(("session" = [])),
    params(("run_id" = i64, Path, description = "The run's number"), FailuresParameters),
    responses(
        (status = 200, description = "The tasks, in the order of their numbers", body = Vec<ReassignFailure>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such run", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such number", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn failures(
    State(services): State<Services>,
    session: LoggedIn,
    Path(run_id): Path<String>,
    Query(parameters): Query<FailuresParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<ReassignFailure>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::After, problem: FieldProblem::Malformed });
    let run_id = numbered(&run_id).map_err(problem)?;
    let after: Option<TaskId> = parameters.after.as_deref().map(|number| number.parse().map_err(malformed)).transpose().map_err(problem)?;
    services.reassign.failures(session.actor(), run_id, after).await.map(Json).map_err(problem)
}

fn numbered(run_id: &str) -> Result<RunId, ServiceError> {
    run_id.parse().map_err(|_| ServiceError::NotFound)
}
