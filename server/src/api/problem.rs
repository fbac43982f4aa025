//! What the API answers when it cannot do as asked: problem details (RFC 9457), in the caller's language.

use app::i18n::explain;
use axum::{
    Json,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use contracts::{Locale, PhotoRefusal, ServiceError};
use serde::Serialize;
use utoipa::ToSchema;

/// After how many seconds trying again is worth it.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// Problem details (`application/problem+json`, RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem, as a relative reference that never changes.
    #[serde(rename = "type")]
    #[schema(example = "/problems/photo_refused")]
    kind: String,
    /// The kind in a few words.
    #[schema(example = "The photo cannot be used")]
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong and what to do, in the language of `Accept-Language`.
    detail: String,
    /// The error for programs: its name, or an object of one field, its name, with the particulars.
    #[schema(value_type = serde_json::Value, example = json!({ "too_many": { "max": 500 } }))]
    error: ServiceError,
}

impl Problem {
    /// The problem for whoever sent `headers`.
    pub(crate) fn of(error: ServiceError, headers: &HeaderMap) -> Self {
        let (status, kind, title) = classify(&error);
        Self { kind: format!("/problems/{kind}"), title, status: status.as_u16(), detail: explain(&error, locale_of(headers)), error }
    }
}

/// The language that a caller asks for.
pub(super) fn locale_of(headers: &HeaderMap) -> Locale {
    headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Locale::from_accept_language).unwrap_or_default()
}

/// The status of an error.
pub(crate) const fn status(error: &ServiceError) -> StatusCode {
    classify(error).0
}

/// The status, the name and the title of an error. A status says who has to act: the caller (4xx) or we (5xx).
const fn classify(error: &ServiceError) -> (StatusCode, &'static str, &'static str) {
    match error {
        ServiceError::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service is not available"),
        ServiceError::Busy => (StatusCode::TOO_MANY_REQUESTS, "busy", "Too many photos at once"),
        ServiceError::NotLoggedIn => (StatusCode::UNAUTHORIZED, "not_logged_in", "Log in first"),
        ServiceError::Forbidden { .. } => (StatusCode::FORBIDDEN, "forbidden", "Not for this role"),
        ServiceError::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is no such thing"),
        ServiceError::TooMany { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "too_many", "Too much at once"),
        ServiceError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The input cannot be used"),
        ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { .. }) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "photo_refused", "The photo cannot be used")
        }
        ServiceError::PhotoRefused(PhotoRefusal::UnknownFormat | PhotoRefusal::Heic) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "photo_refused", "The photo cannot be used")
        }
        ServiceError::PhotoRefused(PhotoRefusal::NoRecogniser) => {
            (StatusCode::SERVICE_UNAVAILABLE, "photo_refused", "Photos cannot be looked at")
        }
        ServiceError::PhotoRefused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "photo_refused", "The photo cannot be used"),
        ServiceError::AlreadyEnrolled => (StatusCode::CONFLICT, "already_enrolled", "This parrot has enrolled already"),
        ServiceError::EmailTaken => (StatusCode::CONFLICT, "email_taken", "The address is taken"),
        ServiceError::EnrolmentExpired => (StatusCode::GONE, "enrolment_expired", "The photo has to be shown again"),
        ServiceError::LastAdmin => (StatusCode::CONFLICT, "last_admin", "The last admin keeps the role"),
        ServiceError::NotYourTask => (StatusCode::FORBIDDEN, "not_your_task", "The task is somebody else's"),
        ServiceError::AlreadyDone => (StatusCode::CONFLICT, "already_done", "The task is done already"),
        ServiceError::RangeBackwards => (StatusCode::UNPROCESSABLE_ENTITY, "range_backwards", "The range goes backwards"),
        ServiceError::TooManyDays { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "too_many_days", "Too many days at once"),
        ServiceError::DayNotEnded => (StatusCode::CONFLICT, "day_not_ended", "The day has not ended"),
        ServiceError::NothingToPay => (StatusCode::CONFLICT, "nothing_to_pay", "Nothing was booked by that day"),
        ServiceError::DeliveryFinished => (StatusCode::CONFLICT, "delivery_finished", "The delivery is finished"),
        ServiceError::DeliveryInFlight => (StatusCode::CONFLICT, "delivery_in_flight", "The delivery is being tried"),
        ServiceError::DeliveryNotDead => (StatusCode::CONFLICT, "delivery_not_dead", "The delivery is no dead letter"),
        ServiceError::NobodyAssignable => (StatusCode::CONFLICT, "nobody_assignable", "Nobody can be given a task"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response
    }
}
