//! Prices, accounts, the ledger.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use chrono::SecondsFormat;
use contracts::{
    Field, FieldProblem, InvalidField, ServiceError,
    accounting::{AuditLog, AuditLogEntry, AuditLogPart, Balance, Income, TaskPrice},
};
use serde::Deserialize;
use utoipa::IntoParams;
use wiring::Services;

use super::{
    day::{DayParameters, RangeParameters},
    numbers,
    problem::Problem,
    spreadsheet,
};
use crate::session::LoggedIn;

/// The caller's balance now, what would be paid if the day ended now, and what is not booked yet. Amounts are in cents.
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

/// After which entry.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct AfterParameters {
    /// `next_after` of the part before; the day's first entry is the first one where it is not given.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

impl AfterParameters {
    fn read(&self) -> Result<Option<i64>, ServiceError> {
        let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::After, problem: FieldProblem::Malformed });
        self.after.as_deref().map(|number| number.parse().map_err(malformed)).transpose()
    }
}

/// The caller's entries of a business day, at most 500 of them, with the running sum and each task in full. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/audit-log", tag = "accounting", security(("session" = [])), params(DayParameters, AfterParameters),
    responses(
        (status = 200, description = "The entries, in order", body = AuditLog),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day, or no number", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit_log(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<DayParameters>,
    Query(after): Query<AfterParameters>,
    headers: HeaderMap,
) -> Result<Json<AuditLog>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let part = AuditLogPart { day: parameters.read().map_err(problem)?, after: after.read().map_err(problem)? };
    services.accounting.own_audit_log(session.caller(), part).await.map(Json).map_err(problem)
}

/// All of the day for spreadsheets: amounts in whole units with a point, times in UTC.
#[utoipa::path(
    get, path = "/api/v1/audit-log.csv", tag = "accounting", security(("session" = [])), params(DayParameters),
    responses(
        (status = 200, description = "A line for each entry", body = String, content_type = "text/csv"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such day", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn audit_log_csv(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<DayParameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let mut part = AuditLogPart { day: parameters.read().map_err(problem)?, after: None };
    let mut rows = Vec::new();
    let day = loop {
        let log = services.accounting.own_audit_log(session.caller(), part).await.map_err(problem)?;
        rows.extend(log.entries.iter().map(csv_row));
        if log.next_after.is_none() {
            break log.day;
        }
        // Of the day that was told first, also when midnight comes.
        part = AuditLogPart { day: Some(log.day), after: log.next_after };
    };
    let name = format!("audit-log-{day}");
    let lines = spreadsheet::lines(["time", "type", "task_id", "task", "amount", "balance_after"], rows.into_iter());
    lines.and_then(|lines| spreadsheet::file(&name, lines)).map_err(problem)
}

fn csv_row(entry: &AuditLogEntry) -> [String; 6] {
    let task = entry.task.as_ref();
    [
        entry.event_time.to_rfc3339_opts(SecondsFormat::Secs, true),
        entry.entry_kind.name().to_owned(),
        task.map(|task| task.task_id.to_string()).unwrap_or_default(),
        task.map(|task| spreadsheet::text(&task.title)).unwrap_or_default(),
        entry.signed_amount.to_string(),
        entry.balance_after.to_string(),
    ]
}

/// What management earned on each day of a range of at most 31 days, for accountants, managers and admins. Amounts are in cents.
#[utoipa::path(
    get, path = "/api/v1/income", tag = "accounting", security(("session" = [])), params(RangeParameters),
    responses(
        (status = 200, description = "Every day of the range, and the sums", body = Income),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is a worker", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such days, too many, or the first is after the last", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn income(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RangeParameters>,
    headers: HeaderMap,
) -> Result<Json<Income>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let range = parameters.read().map_err(problem)?;
    services.accounting.income(session.caller(), range).await.map(Json).map_err(problem)
}

/// The same for spreadsheets: amounts in whole units with a point.
#[utoipa::path(
    get, path = "/api/v1/income.csv", tag = "accounting", security(("session" = [])), params(RangeParameters),
    responses(
        (status = 200, description = "A line for each day", body = String, content_type = "text/csv"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is a worker", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such days, too many, or the first is after the last", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn income_csv(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<RangeParameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let range = parameters.read().map_err(problem)?;
    let income = services.accounting.income(session.caller(), range).await.map_err(problem)?;
    let rows = income
        .days
        .iter()
        .map(|day| [day.day.to_string(), day.total_assign_fee.to_string(), day.total_resolve_price.to_string(), day.income.to_string()]);
    let lines = spreadsheet::lines(["day", "total_assign_fee", "total_resolve_price", "income"], rows);
    lines.and_then(|lines| spreadsheet::file("income", lines)).map_err(problem)
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
