//! Every route of the program, by who calls it.

use std::time::Duration;

use axum::{
    Router,
    extract::FromRef,
    http::{Request, StatusCode, header::HeaderName},
    middleware,
    routing::get,
};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower_http::{
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use wiring::Services;

use crate::{assets, health, pages, security};

/// The header that carries a request's id: taken over from a proxy in front, else drawn here, and always answered.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The largest form or server-function body. The longest text that a person may send is 10,000 characters.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// How long a request may take until its answer begins.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// What handlers may ask for.
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) options: LeptosOptions,
    pub(crate) services: Services,
}

/// The whole program as one service.
pub(crate) fn router(options: &LeptosOptions, services: &Services) -> Router {
    let state = AppState { options: options.clone(), services: services.clone() };

    // Supervisors and load balancers.
    let operations = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));

    Router::new()
        .merge(operations)
        // Browsers: scripts, styles, pictures; then pages and their server functions; then the page that says "not found".
        .merge(assets::routes(options))
        .merge(pages::routes(&state))
        .layer(
            // The first layer sees a request first and its answer last.
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(request_span))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(middleware::from_fn(security::headers))
                .layer(CompressionLayer::new())
                .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
                .layer(middleware::from_fn(security::same_origin))
                .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX)),
        )
        .with_state(state)
}

fn request_span<Body>(request: &Request<Body>) -> tracing::Span {
    let request_id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request_id)
}
