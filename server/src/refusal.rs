//! What a server function that refuses answers to the page's script.

use app::AppError;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use leptos::server_fn::error::{FromServerFnError as _, SERVER_FN_ERROR_HEADER};

use crate::api::problem;

/// Errors of server functions are short: an enum with a few numbers.
const ERROR_BYTES_MAX: usize = 16 * 1024;

/// Gives a refusal its own status. Leptos answers every error with 500, and so the log would blame us for what callers do.
pub(crate) async fn give_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_refusal = response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !is_refusal {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let error = to_bytes(body, ERROR_BYTES_MAX).await.unwrap_or_default();
    if let AppError::Service(refusal) = AppError::de(error.clone()) {
        parts.status = problem::status(&refusal);
    }
    Response::from_parts(parts, Body::from(error))
}
