//! Tokens for photos.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, Utc};
use contracts::{
    DisplayName, Email, Field, FieldProblem, InvalidField, Locale, ServiceError,
    auth::{Applicant, EnrolmentPhoto, LoggedIn as NewSession, Profile, Recognition, SecretToken},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wiring::Services;

use super::problem::Problem;
use crate::{photo_upload, session::LoggedIn};

/// A token and whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    /// To be sent as `Authorization: Bearer …` with every other call.
    token: SecretToken,
    /// When it ends by itself.
    expires_at: DateTime<Utc>,
    /// Whose it is.
    user: Profile,
}

impl From<NewSession> for TokenAnswer {
    fn from(session: NewSession) -> Self {
        Self { token: session.token, expires_at: session.expires_at, user: session.profile }
    }
}

/// A token for the parrot in the photo.
///
/// The body is the photo itself: JPEG, PNG or WebP, at most 10 MiB, at least 160 × 160 pixels.
#[utoipa::path(
    post, path = "/api/v1/auth/token", tag = "auth",
    request_body(content_type = "image/jpeg", content = Vec<u8>, description = "The photo: JPEG, PNG or WebP"),
    responses(
        (status = 200, description = "The parrot is known", body = TokenAnswer),
        (status = 404, description = "The parrot is not known: let it enrol", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The photo is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is no JPEG, PNG or WebP", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The photo cannot be used; `error` says why", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many photos at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn token(State(services): State<Services>, headers: HeaderMap, body: Body) -> Result<Json<TokenAnswer>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let photo = photo_upload::from_body(body).await.map_err(problem)?;
    match services.auth.log_in(photo).await.map_err(problem)? {
        Recognition::Known(session) => Ok(Json(session.into())),
        Recognition::Unknown { .. } => Err(problem(ServiceError::NotFound)),
    }
}

/// What a new employee tells of itself. What is missing is found missing by the same rules as on the page.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct EnrolParameters {
    /// The name to show, 1 to 100 characters.
    #[serde(default)]
    #[param(required = true, example = "Kesha")]
    name: String,
    /// Where letters go.
    #[serde(default)]
    #[param(required = true, example = "kesha@parrots.example")]
    email: String,
    /// The language of letters: `en` or `ru`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "en")]
    locale: Option<String>,
}

impl EnrolParameters {
    fn applicant(&self) -> Result<Applicant, ServiceError> {
        let locale = match &self.locale {
            None => Locale::default(),
            Some(tag) => {
                tag.parse().map_err(|_| ServiceError::Invalid(InvalidField { field: Field::Locale, problem: FieldProblem::Malformed }))?
            }
        };
        let display_name = DisplayName::parse(&self.name).map_err(ServiceError::Invalid)?;
        let email = Email::parse(&self.email).map_err(ServiceError::Invalid)?;
        Ok(Applicant { display_name, email, locale })
    }
}

/// Makes an unknown parrot an employee.
///
/// The body is the photo itself, as for a token.
#[utoipa::path(
    post, path = "/api/v1/auth/enrol", tag = "auth", params(EnrolParameters),
    request_body(content_type = "image/jpeg", content = Vec<u8>, description = "The photo: JPEG, PNG or WebP"),
    responses(
        (status = 201, description = "The parrot is an employee now", body = TokenAnswer),
        (status = 409, description = "The parrot or its address is known already", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The photo is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is no JPEG, PNG or WebP", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Name, address or photo cannot be used", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many photos at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn enrol(
    State(services): State<Services>,
    Query(parameters): Query<EnrolParameters>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<TokenAnswer>), Problem> {
    let problem = |error| Problem::of(error, &headers);
    let applicant = parameters.applicant().map_err(problem)?;
    let photo = photo_upload::from_body(body).await.map_err(problem)?;
    let session = services.auth.enrol(EnrolmentPhoto::Bytes(photo), applicant).await.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(session.into())))
}

/// Ends the session of the token.
#[utoipa::path(
    post, path = "/api/v1/auth/log-out", tag = "auth", security(("session" = [])),
    responses(
        (status = 204, description = "The token is worth nothing now"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn log_out(State(services): State<Services>, headers: HeaderMap, session: LoggedIn) -> Result<StatusCode, Problem> {
    services.auth.log_out(&session.0.token).await.map_err(|error| Problem::of(error, &headers))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of the caller, on all devices.
#[utoipa::path(
    post, path = "/api/v1/auth/log-out-everywhere", tag = "auth", security(("session" = [])),
    responses(
        (status = 204, description = "None of the caller's tokens is worth anything now"),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn log_out_everywhere(
    State(services): State<Services>,
    headers: HeaderMap,
    session: LoggedIn,
) -> Result<StatusCode, Problem> {
    services.auth.log_out_everywhere(session.caller()).await.map_err(|error| Problem::of(error, &headers))?;
    Ok(StatusCode::NO_CONTENT)
}
