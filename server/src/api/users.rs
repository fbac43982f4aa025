//! What everybody in the company may know of an employee.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use contracts::{Field, FieldProblem, InvalidField, Role, ServiceError, UserId, auth::User};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::problem::Problem;
use crate::session::LoggedIn;

/// An employee.
#[utoipa::path(
    get, path = "/api/v1/users/{user_id}", tag = "auth", security(("session" = [])),
    params(("user_id" = String, Path, description = "The employee's id", format = "uuid")),
    responses(
        (status = 200, description = "The employee", body = User),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such employee", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn by_id(
    State(services): State<Services>,
    _session: LoggedIn,
    Path(user_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<User>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let user_id: UserId = user_id.parse().map_err(|_| problem(ServiceError::NotFound))?;
    services.directory.user(user_id).await.map(Json).map_err(problem)
}

/// Among whom to draw.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct RandomParameters {
    /// Roles to draw among, separated by commas: `worker,accountant`.
    #[serde(default)]
    #[param(required = true, example = "worker,accountant")]
    role: String,
}

/// A random employee who holds one of the roles.
#[utoipa::path(
    get, path = "/api/v1/users/random", tag = "auth", security(("session" = [])), params(RandomParameters),
    responses(
        (status = 200, description = "The employee drawn", body = User),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nobody holds one of the roles", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "There is no such role", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn random(
    State(services): State<Services>,
    _session: LoggedIn,
    Query(parameters): Query<RandomParameters>,
    headers: HeaderMap,
) -> Result<Json<User>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let no_role = |_| ServiceError::Invalid(InvalidField { field: Field::Role, problem: FieldProblem::Malformed });
    let roles: Vec<Role> =
        parameters.role.split(',').map(|name| name.trim().parse().map_err(no_role)).collect::<Result<_, _>>().map_err(problem)?;
    let drawn = services.directory.random_users(&roles, 1).await.map_err(problem)?;
    let user_id = drawn.first().copied().ok_or(ServiceError::NobodyAssignable).map_err(problem)?;
    services.directory.user(user_id).await.map(Json).map_err(problem)
}
