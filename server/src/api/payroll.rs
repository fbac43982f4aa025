//! The nightly payroll.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::IntoResponse,
};
use contracts::{
    Field, FieldProblem, InvalidField, LetterId, ServiceError,
    payroll::{LetterSummary, PayrollRun},
};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::{day, problem::Problem};
use crate::session::LoggedIn;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct RunsParameters {
    /// Only runs of days before this one, as `2026-11-23`: the next part of a long list.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "date")]
    before: Option<String>,
}

/// The newest payroll runs, at most 100. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/payroll-runs", tag = "payroll", security(("session" = [])), params(RunsParameters),
    responses(
        (status = 200, description = "The runs, the newest first", body = Vec<PayrollRun>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn runs(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RunsParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<PayrollRun>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let before = parameters.before.as_deref().map(day::read).transpose().map_err(problem)?;
    services.payroll.runs(session.actor(), before).await.map(Json).map_err(problem)
}

/// Starts the payroll of a day that has ended, and of the days before it that have none. It is worked off in the background; a day
/// that has a run keeps it.
#[utoipa::path(
    put, path = "/api/v1/payroll-runs/{day}", tag = "payroll", security(("session" = [])),
    params(("day" = String, Path, description = "The business day", format = "date", example = "2026-11-23")),
    responses(
        (status = 202, description = "The run of that day", body = PayrollRun),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The day has not ended, or nothing was booked by then", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(
    State(services): State<Services>,
    session: LoggedIn,
    Path(day): Path<String>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<PayrollRun>), Problem> {
    let problem = |error| Problem::of(error, &headers);
    let day = day::read(&day).map_err(problem)?;
    let run = services.payroll.start(session.actor(), day).await.map_err(problem)?;
    Ok((StatusCode::ACCEPTED, Json(run)))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct LettersParameters {
    /// Only letters after the one of this number: the next part of a long list.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

/// The letters about the payroll of a day, at most 100. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/payroll-runs/{day}/letters", tag = "payroll", security(("session" = [])),
    params(("day" = String, Path, description = "The business day", format = "date", example = "2026-11-23"), LettersParameters),
    responses(
        (status = 200, description = "The letters, in the order of their numbers", body = Vec<LetterSummary>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn letters(
    State(services): State<Services>,
    session: LoggedIn,
    Path(day): Path<String>,
    Query(parameters): Query<LettersParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<LetterSummary>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let day = day::read(&day).map_err(problem)?;
    let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::After, problem: FieldProblem::Malformed });
    let after = parameters.after.as_deref().map(|number| number.parse().map_err(malformed)).transpose().map_err(problem)?;
    services.payroll.letters(session.actor(), day, after).await.map(Json).map_err(problem)
}

/// A letter as mail programs read it.
#[utoipa::path(
    get, path = "/api/v1/payroll-letters/{letter_id}", tag = "payroll", security(("session" = [])),
    params(("letter_id" = i64, Path, description = "The letter's number")),
    responses(
        (status = 200, description = "The letter", body = String, content_type = "message/rfc822"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such letter", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The address of who is to get it cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn letter(
    State(services): State<Services>,
    session: LoggedIn,
    Path(letter_id): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let letter_id: LetterId = letter_id.parse().map_err(|_| problem(ServiceError::NotFound))?;
    let written = services.payroll.written_letter(session.actor(), letter_id).await.map_err(problem)?;
    // Digits only: nothing to escape.
    let file =
        HeaderValue::try_from(format!("attachment; filename=\"letter-{letter_id}.eml\"")).map_err(|_| problem(ServiceError::NotFound))?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("message/rfc822")), (CONTENT_DISPOSITION, file)], written.message))
}
