//! The REST API, version 1: `/api/v1/…`. Its document is at `/api/openapi.json`, made from the handlers themselves.

pub(crate) mod analytics;
mod audit;
mod auth;
mod bus;
mod bus_decisions;
mod day;
mod money;
mod numbers;
mod payroll;
pub(crate) mod problem;
mod reassign;
mod spreadsheet;
mod tasks;
mod users;

use axum::{Json, Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::AppState;

/// Where the document is.
const DOCUMENT: &str = "/api/openapi.json";

/// The frame of the document; paths and schemas come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "aTES", description = "A task exchange for a company of parrots."),
    modifiers(&Bearer),
    tags(
        (name = "auth", description = "Who the parrots are"),
        (name = "tracker", description = "Tasks and who has them"),
        (name = "accounting", description = "Prices, accounts, the ledger"),
        (name = "analytics", description = "The company's days, for managers and admins"),
        (name = "payroll", description = "The nightly payroll, for admins"),
        (name = "bus", description = "The event bus: queues and dead letters, for admins")
    )
)]
struct Document;

/// Adds the way in which calls are authorised: the token that a photo is answered with.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token that a photo is answered with")).build();
        document.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::Http(scheme));
    }
}

/// The calls whose body is a photo; they have a limit of their own.
pub(crate) fn photo_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi()).routes(routes!(auth::token)).routes(routes!(auth::enrol))
}

/// All other calls, added to `document`.
pub(crate) fn routes(document: utoipa::openapi::OpenApi) -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(document)
        .routes(routes!(users::random))
        .routes(routes!(users::by_id))
        .routes(routes!(auth::log_out))
        .routes(routes!(auth::log_out_everywhere))
        .routes(routes!(tasks::by_ids, tasks::create))
        .routes(routes!(tasks::mine))
        .routes(routes!(tasks::history))
        .routes(routes!(tasks::resolve))
        .routes(routes!(reassign::start))
        .routes(routes!(reassign::runs))
        .routes(routes!(reassign::run))
        .routes(routes!(reassign::cancel))
        .routes(routes!(reassign::failures))
        .routes(routes!(money::balance))
        .routes(routes!(money::audit_log))
        .routes(routes!(money::income))
        .routes(routes!(money::income_csv))
        .routes(routes!(money::audit_log_csv))
        .routes(routes!(money::prices))
        .routes(routes!(payroll::runs))
        .routes(routes!(payroll::start))
        .routes(routes!(payroll::letters))
        .routes(routes!(payroll::letter))
        .routes(routes!(analytics::day))
        .routes(routes!(analytics::range))
        .routes(routes!(analytics::range_csv))
        .routes(routes!(analytics::remarkable))
        .routes(routes!(analytics::last_rebuild, analytics::start_rebuild))
        .routes(routes!(audit::last, audit::begin))
        .routes(routes!(bus::state))
        .routes(routes!(bus::deliveries))
        .routes(routes!(bus_decisions::retry_all))
        .routes(routes!(bus::delivery))
        .routes(routes!(bus_decisions::retry))
        .routes(routes!(bus_decisions::discard))
}

/// Serves the document.
pub(crate) fn document(document: utoipa::openapi::OpenApi) -> Router<AppState> {
    Router::new().route(DOCUMENT, get(move || async move { Json(document) }))
}
