//! What the company earned, how many accounts were in the red, and its most expensive tasks.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use contracts::{
    Field, FieldProblem, InvalidField, ServiceError,
    analytics::{CompanyDay, CompanyRange, Period, Rebuild, RemarkablePeriod},
};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::{
    day::{DayParameters, RangeParameters},
    problem::Problem,
    spreadsheet,
};
use crate::session::LoggedIn;

/// The company on a business day, for managers and admins. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/analytics/day", tag = "analytics", security(("session" = [])), params(DayParameters),
    responses(
        (status = 200, description = "The day", body = CompanyDay),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn day(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<DayParameters>,
    headers: HeaderMap,
) -> Result<Json<CompanyDay>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let day = parameters.read().map_err(problem)?;
    services.analytics.day(session.actor(), day).await.map(Json).map_err(problem)
}

/// The company on each day of a range of at most 366 days, for managers and admins. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/analytics/range", tag = "analytics", security(("session" = [])), params(RangeParameters),
    responses(
        (status = 200, description = "Every day of the range, and the sums", body = CompanyRange),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such days, too many, or the first is after the last", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn range(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RangeParameters>,
    headers: HeaderMap,
) -> Result<Json<CompanyRange>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let range = parameters.read().map_err(problem)?;
    services.analytics.range(session.actor(), range).await.map(Json).map_err(problem)
}

/// The same for spreadsheets: amounts in whole units with a point.
#[utoipa::path(
    get, path = "/api/v1/analytics/range.csv", tag = "analytics", security(("session" = [])), params(RangeParameters),
    responses(
        (status = 200, description = "A line for each day", body = String, content_type = "text/csv"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such days, too many, or the first is after the last", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn range_csv(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RangeParameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let range = parameters.read().map_err(problem)?;
    let range = services.analytics.range(session.actor(), range).await.map_err(problem)?;
    csv(&range.days).and_then(|lines| spreadsheet::file("company", lines)).map_err(problem)
}

/// The company's days for spreadsheets.
pub(crate) fn csv(days: &[CompanyDay]) -> Result<Vec<u8>, ServiceError> {
    let heads = [
        "day",
        "total_assign_fee",
        "total_resolve_price",
        "income",
        "negative_balance_accounts",
        "most_expensive_task_id",
        "most_expensive_resolve_price",
    ];
    let rows = days.iter().map(|day| {
        let task = day.most_expensive;
        [
            day.day.to_string(),
            day.total_assign_fee.to_string(),
            day.total_resolve_price.to_string(),
            day.income.to_string(),
            day.negative_balance_account_count.to_string(),
            task.map(|task| task.task_id.to_string()).unwrap_or_default(),
            task.map(|task| task.resolve_price.to_string()).unwrap_or_default(),
        ]
    });
    spreadsheet::lines(heads, rows)
}

/// By what days are put together.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct PeriodParameters {
    /// `day`, `week`, `month` or `range`: all days of the range. Each day by itself where nothing is given.
    #[serde(default)]
    #[param(value_type = Option<Period>)]
    by: Option<String>,
}

impl PeriodParameters {
    fn read(&self) -> Result<Period, ServiceError> {
        let Some(by) = &self.by else { return Ok(Period::default()) };
        Period::named(by).ok_or(ServiceError::Invalid(InvalidField { field: Field::Period, problem: FieldProblem::Malformed }))
    }
}

/// The most expensive task that was finished in each period of a range of at most 366 days, for managers and admins. Of equally expensive
/// ones that with the lowest number. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/analytics/remarkable", tag = "analytics", security(("session" = [])), params(RangeParameters, PeriodParameters),
    responses(
        (status = 200, description = "Every period of the range, in order; weeks begin on Monday", body = Vec<RemarkablePeriod>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is neither manager nor admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such days or periods, too many days, or the first is after the last", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remarkable(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RangeParameters>,
    Query(period): Query<PeriodParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<RemarkablePeriod>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let range = parameters.read().map_err(problem)?;
    let by = period.read().map_err(problem)?;
    services.analytics.remarkable(session.actor(), range, by).await.map(Json).map_err(problem)
}

/// Builds all of it once more, from the stored events, in the background, for admins. While that is going on, it is answered.
#[utoipa::path(
    post, path = "/api/v1/analytics/rebuild", tag = "analytics", security(("session" = [])),
    responses(
        (status = 202, description = "The rebuild that goes on now", body = Rebuild),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start_rebuild(
    State(services): State<Services>,
    session: LoggedIn,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Rebuild>), Problem> {
    let rebuild = services.analytics.start_rebuild(session.actor()).await.map_err(|error| Problem::of(error, &headers))?;
    Ok((StatusCode::ACCEPTED, Json(rebuild)))
}

/// The newest rebuild, for admins.
#[utoipa::path(
    get, path = "/api/v1/analytics/rebuild", tag = "analytics", security(("session" = [])),
    responses(
        (status = 200, description = "The rebuild", body = Rebuild),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There was none yet", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn last_rebuild(
    State(services): State<Services>,
    session: LoggedIn,
    headers: HeaderMap,
) -> Result<Json<Rebuild>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let rebuild = services.analytics.last_rebuild(session.actor()).await.map_err(problem)?;
    rebuild.map(Json).ok_or_else(|| problem(ServiceError::NotFound))
}
