//! What an admin may do with deliveries. Every decision is stored, with who took it.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use contracts::{
    DeliveryId, Field, FieldProblem, InvalidField, ServiceError, Subscription,
    queues::{DeliveryFilter, DiscardReason},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wiring::Services;

use super::problem::Problem;
use crate::session::LoggedIn;

/// Lets a delivery be tried again at once, with all its attempts.
#[utoipa::path(
    post, path = "/api/v1/bus/deliveries/{delivery_id}/retry", tag = "bus", security(("session" = [])),
    params(("delivery_id" = i64, Path, description = "The delivery's number")),
    responses(
        (status = 204, description = "It is tried again"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such delivery", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is finished, or being tried at this moment", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn retry(
    State(services): State<Services>,
    session: LoggedIn,
    Path(delivery_id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let delivery_id = number(&delivery_id).map_err(problem)?;
    services.queues.retry(session.actor(), delivery_id).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a delivery is discarded.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DiscardBody {
    /// Why it shall have no effect: 1 to 500 characters.
    reason: String,
}

/// Decides that a dead letter shall have no effect, for ever.
#[utoipa::path(
    post, path = "/api/v1/bus/deliveries/{delivery_id}/discard", tag = "bus", security(("session" = [])), request_body = DiscardBody,
    params(("delivery_id" = i64, Path, description = "The delivery's number")),
    responses(
        (status = 204, description = "It is discarded"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such delivery", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is no dead letter", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "There is no reason, or it is too long", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn discard(
    State(services): State<Services>,
    session: LoggedIn,
    Path(delivery_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<DiscardBody>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let delivery_id = number(&delivery_id).map_err(problem)?;
    let unreadable = |_| ServiceError::Invalid(InvalidField { field: Field::Reason, problem: FieldProblem::Missing });
    let Json(body) = body.map_err(unreadable).map_err(problem)?;
    let reason = DiscardReason::parse(&body.reason).map_err(ServiceError::Invalid).map_err(problem)?;
    services.queues.discard(session.actor(), delivery_id, &reason).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which dead letters. What is left out filters nothing; what is unknown is refused, so that a slip of the pen does not set all free.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadLettersBody {
    /// Of this subscription.
    #[serde(default)]
    #[schema(value_type = Option<Subscription>)]
    subscription: String,
    /// Whose last error holds this, in any case: at most 200 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    error: String,
}

/// What came of retrying.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetriedAnswer {
    /// How many dead letters are tried again.
    retried: u64,
}

/// Lets every dead letter be tried again that matches.
#[utoipa::path(
    post, path = "/api/v1/bus/deliveries/retry", tag = "bus", security(("session" = [])), request_body = DeadLettersBody,
    responses(
        (status = 200, description = "They are tried again", body = RetriedAnswer),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such subscription, or an unreadable body", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn retry_all(
    State(services): State<Services>,
    session: LoggedIn,
    headers: HeaderMap,
    body: Result<Json<DeadLettersBody>, JsonRejection>,
) -> Result<Json<RetriedAnswer>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let unreadable = |_| ServiceError::Invalid(InvalidField { field: Field::Subscription, problem: FieldProblem::Malformed });
    let Json(body) = body.map_err(unreadable).map_err(problem)?;
    let filter = DeliveryFilter::parse(&body.subscription, "", &body.error).map_err(ServiceError::Invalid).map_err(problem)?;
    let retried = services.queues.retry_all(session.actor(), &filter).await.map_err(problem)?;
    Ok(Json(RetriedAnswer { retried }))
}

fn number(delivery_id: &str) -> Result<DeliveryId, ServiceError> {
    delivery_id.parse().map_err(|_| ServiceError::NotFound)
}
