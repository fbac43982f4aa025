//! Every route of the program, by who calls it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{Request, StatusCode, header::HeaderName},
    middleware,
    routing::{get, post},
};
use contracts::audit::Audit;
use leptos::config::LeptosOptions;
use live::HintListener;
use platform::request_id;
use tower::ServiceBuilder;
use tower_http::{
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use wiring::Services;

use crate::{
    api,
    assets::SiteFiles,
    changes,
    demo_company::{self, Portraits},
    health, log_in, pages, security, session,
    site::Site,
};

/// The header that carries a request's id: taken over from a proxy in front, else drawn here, and always answered.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The largest form, call or server-function body that is no photo. The longest text that a person may send is 10,000
/// characters.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// How long a request may take until its answer begins. A photo may come through a slow line.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// What handlers may ask for.
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) options: LeptosOptions,
    pub(crate) site_files: SiteFiles,
    pub(crate) services: Services,
    pub(crate) audit: Arc<dyn Audit>,
    pub(crate) hint_listener: HintListener,
    pub(crate) site: Site,
    pub(crate) portraits: Portraits,
}

/// The whole program as one service.
pub(crate) fn router(state: AppState) -> Router {
    // Supervisors and load balancers.
    let operations = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    // Browsers: scripts, styles, pictures.
    let assets = state.site_files.packages().route("/demo/{portrait}", get(demo_company::portrait));
    // Browsers and programs that show a photo: `photo_upload` counts its bytes.
    let (photo_calls, document) = api::photo_routes().split_for_parts();
    let photos = Router::new().route("/login", post(log_in::show_photo)).merge(photo_calls).layer(DefaultBodyLimit::disable());
    // Visitors of a demo company, who take a photo that is here already.
    let demo = Router::new().route("/login/demo", post(demo_company::log_in));
    // Programs: the rest of the API, with the document of all of it.
    let (calls, document) = api::routes(document).split_for_parts();
    let document = api::document(document);
    // Browsers: pages hear that something has changed.
    let changes = Router::new().route("/live", get(changes::tell));
    // Browsers: pages and their server functions; then the page that says "not found".
    let pages = pages::routes(&state);

    let known_caller = Router::new()
        .merge(photos)
        .merge(
            Router::new()
                .merge(demo)
                .merge(changes)
                .merge(calls)
                .merge(document)
                .merge(pages)
                .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX)),
        )
        .layer(middleware::from_fn_with_state(state.services.clone(), session::identify));

    Router::new()
        .merge(operations)
        .merge(assets)
        .merge(known_caller)
        .layer(
            // The first layer sees a request first and its answer last.
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(request_span))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(middleware::from_fn(on_behalf_of_request))
                .layer(middleware::from_fn(security::headers))
                .layer(CompressionLayer::new())
                .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
                .layer(middleware::from_fn(security::same_origin)),
        )
        .with_state(state)
}

/// Events that the request leads to carry its id.
async fn on_behalf_of_request(request: axum::extract::Request, next: middleware::Next) -> axum::response::Response {
    let request_id = id_of(&request).map(str::to_owned);
    request_id::on_behalf_of(request_id, next.run(request)).await
}

fn id_of<Body>(request: &Request<Body>) -> Option<&str> {
    request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok())
}

fn request_span<Body>(request: &Request<Body>) -> tracing::Span {
    let request_id = id_of(request);
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request_id, user_id = tracing::field::Empty)
}
