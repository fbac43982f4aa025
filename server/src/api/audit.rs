//! Whether the books are right.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use contracts::{
    ServiceError,
    audit::{Audit, AuditReport},
};

use super::problem::Problem;
use crate::session::LoggedIn;

/// The last audit that this process of the program has begun, as far as it is.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", security(("session" = [])),
    responses(
        (status = 200, description = "What was found so far", body = AuditReport),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None was begun yet", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn last(State(audit): State<Arc<dyn Audit>>, session: LoggedIn, headers: HeaderMap) -> Result<Json<AuditReport>, Problem> {
    let last = audit.last(session.actor()).await.and_then(|last| last.ok_or(ServiceError::NotFound));
    last.map(Json).map_err(|error| Problem::of(error, &headers))
}

/// Begins to compare everything that is stored about money, in the background. Where an audit goes on already, that one is answered.
#[utoipa::path(
    post, path = "/api/v1/audit", tag = "audit", security(("session" = [])),
    responses(
        (status = 202, description = "The audit that goes on now", body = AuditReport),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(audit): State<Arc<dyn Audit>>,
    session: LoggedIn,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<AuditReport>), Problem> {
    let begun = audit.begin(session.actor()).await.map_err(|error| Problem::of(error, &headers))?;
    Ok((StatusCode::ACCEPTED, Json(begun)))
}
