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

/// Gives a refusal its own status, and a call that cannot be understood 400. Leptos answers every error with 500, and so the log would
/// blame us for what callers do.
pub(crate) async fn give_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_refusal = response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !is_refusal {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(error) = to_bytes(body, ERROR_BYTES_MAX).await else { return Response::from_parts(parts, Body::empty()) };
    match AppError::de(error.clone()) {
        AppError::Service(refusal) => parts.status = problem::status(&refusal),
        AppError::Outdated => parts.status = StatusCode::BAD_REQUEST,
        AppError::Unreachable | AppError::Failed => {}
    }
    Response::from_parts(parts, Body::from(error))
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware, routing::get};
    use contracts::ServiceError;
    use tower::ServiceExt as _;

    use super::*;

    /// The status and the body that a caller sees when Leptos answers with `error`.
    async fn answer(error: AppError) -> (StatusCode, AppError) {
        let failed = move || async move { (StatusCode::INTERNAL_SERVER_ERROR, [(SERVER_FN_ERROR_HEADER, "/api")], error.ser()) };
        let router = Router::new().route("/", get(failed)).layer(middleware::from_fn(give_status));
        let response = router.oneshot(Request::new(Body::empty())).await.expect("a router always answers");
        let status = response.status();
        (status, AppError::de(to_bytes(response.into_body(), ERROR_BYTES_MAX).await.expect("a short body")))
    }

    #[tokio::test]
    async fn the_status_says_whose_fault_it_is_and_the_error_stays() {
        for (error, status) in [
            (ServiceError::NotLoggedIn.into(), StatusCode::UNAUTHORIZED),
            (ServiceError::Unavailable.into(), StatusCode::SERVICE_UNAVAILABLE),
            (AppError::Outdated, StatusCode::BAD_REQUEST),
            (AppError::Failed, StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            assert_eq!(answer(error.clone()).await, (status, error));
        }
    }
}
