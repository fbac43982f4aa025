//! What supervisors and load balancers ask.

use axum::{extract::State, http::StatusCode};
use wiring::Services;

/// `GET /healthz`: the process is alive.
pub(crate) async fn healthz() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the process can serve now. 503 while the database does not answer.
pub(crate) async fn readyz(State(services): State<Services>) -> (StatusCode, &'static str) {
    match services.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
