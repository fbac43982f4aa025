//! Prices, accounts, the ledger.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Query, State},
    http::HeaderMap,
};
use contracts::accounting::{AuditLog, Balance, TaskPrice};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::{day, numbers, problem::Problem};
use crate::session::LoggedIn;

/// The caller's balance now, in cents.
#[utoipa::path(
    get, path = "/api/v1/balance", tag = "accounting", security(("session" = [])),
    responses(
        (status = 200, description = "The balance", body = Balance),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn balance(State(services): State<Services>, session: LoggedIn, headers: HeaderMap) -> Result<Json<Balance>, Problem> {
    services.accounting.own_balance(session.caller()).await.map(Json).map_err(|error| Problem::of(error, &headers))
}

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct DayParameters {
    /// A business day, as `2026-11-23`; today where none is given.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "date")]
    day: Option<String>,
}

/// The caller's entries of a business day, with the running sum and each task in full. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/audit-log", tag = "accounting", security(("session" = [])), params(DayParameters),
    responses(
        (status = 200, description = "The entries, in order", body = AuditLog),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit_log(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<DayParameters>,
    headers: HeaderMap,
) -> Result<Json<AuditLog>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let day = parameters.day.as_deref().map(day::read).transpose().map_err(problem)?;
    services.accounting.own_audit_log(session.caller(), day).await.map(Json).map_err(problem)
}

/// Of which tasks.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct PricesParameters {
    /// Numbers of tasks, separated by commas; at most 500.
    #[serde(default)]
    #[param(required = true, example = "1,2,3")]
    task_ids: String,
}

/// What tasks cost and pay, in cents. Tasks whose price is not drawn yet are left out.
#[utoipa::path(
    get, path = "/api/v1/prices", tag = "accounting", security(("session" = [])), params(PricesParameters),
    responses(
        (status = 200, description = "The prices, in no particular order", body = Vec<TaskPrice>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No numbers, or too many", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn prices(
    State(services): State<Services>,
    _session: LoggedIn,
    Query(parameters): Query<PricesParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<TaskPrice>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let task_ids = numbers::task_ids(&parameters.task_ids).map_err(problem)?;
    services.accounting.prices(&task_ids).await.map(Json).map_err(problem)
}
