//! Who asks: the session of a request, from the browser's cookie or from the API's `Authorization: Bearer`.

use app::session::{CurrentSession, SESSION_COOKIE, read_cookie};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
    middleware::Next,
    response::Response,
};
use contracts::{Actor, Caller, ServiceError, auth::SecretToken};
use wiring::Services;

use crate::api::problem::Problem;

/// Looks the session up and puts it into the request for handlers and pages. A request without one goes on as a stranger's;
/// one whose session has ended, too.
pub(crate) async fn identify(State(services): State<Services>, mut request: Request, next: Next) -> Result<Response, Problem> {
    if let Some(token) = token_of(request.headers())
        && let Some(profile) = services.auth.session(&token).await.map_err(|error| Problem::of(error, request.headers()))?
    {
        tracing::Span::current().record("user_id", tracing::field::display(profile.user.user_id));
        request.extensions_mut().insert(CurrentSession { token, profile });
    }
    Ok(next.run(request).await)
}

/// The API's token counts before the cookie: who sends one means it.
fn token_of(headers: &HeaderMap) -> Option<SecretToken> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| read_cookie(headers, SESSION_COOKIE)).map(|token| SecretToken(token.trim().to_owned()))
}

/// Lets only requests of an employee through, and hands over who it is.
pub(crate) struct LoggedIn(pub(crate) CurrentSession);

impl LoggedIn {
    pub(crate) const fn caller(&self) -> Caller {
        self.0.profile.caller()
    }

    pub(crate) const fn actor(&self) -> Actor {
        Actor::Employee(self.caller())
    }
}

impl<S: Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<CurrentSession>().cloned().map(Self).ok_or_else(|| Problem::of(ServiceError::NotLoggedIn, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue, header::COOKIE};

    use super::*;

    fn token(pairs: &[(HeaderName, &'static str)]) -> Option<String> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        token_of(&headers).map(|token| token.0)
    }

    #[test]
    fn a_session_comes_by_cookie_or_by_header_and_the_header_counts_first() {
        assert_eq!(token(&[(COOKIE, "locale=ru; ates_session=abc")]).as_deref(), Some("abc"));
        assert_eq!(token(&[(AUTHORIZATION, "Bearer def")]).as_deref(), Some("def"));
        assert_eq!(token(&[(COOKIE, "ates_session=abc"), (AUTHORIZATION, "Bearer def")]).as_deref(), Some("def"));
        assert_eq!(token(&[(AUTHORIZATION, "Basic cG9sbHk6eA==")]), None);
        assert_eq!(token(&[]), None);
    }
}
