//! A look at the event bus for every page that an administrator opens: the page says when something keeps events from being worked on.

use std::time::Duration;

use app::{
    queues::{BusWhenAsked, QUEUES_PATH},
    session::CurrentSession,
};
use axum::{
    extract::{Request, State},
    http::header::ACCEPT,
    middleware::Next,
    response::Response,
};
use contracts::{Actor, Role};
use wiring::Services;

/// How long a page waits for the look. Whoever opens it wants the page, not the notice.
const PATIENCE: Duration = Duration::from_millis(500);

/// Puts the state of the bus into the request for the page to see. Where it cannot be found out, the page does without: the error is
/// logged where it happened.
pub(crate) async fn look(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    if let Some(actor) = administrator(&request) {
        // In a task of its own: the look is not broken off in the middle of a transaction when patience ends.
        let look = tokio::spawn(async move { services.queues.state(actor).await });
        if let Ok(Ok(Ok(state))) = tokio::time::timeout(PATIENCE, look).await {
            request.extensions_mut().insert(BusWhenAsked(state));
        }
    }
    next.run(request).await
}

/// Who opens a page, if it is an administrator. Server functions show no notice, and the page of the queues tells more than one.
fn administrator(request: &Request) -> Option<Actor> {
    let is_page = request.method().is_safe()
        && request.uri().path() != QUEUES_PATH
        && request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let session = request.extensions().get::<CurrentSession>().filter(|_| is_page)?;
    (session.profile.user.role == Role::Admin).then(|| Actor::Employee(session.profile.caller()))
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{HeaderValue, Method},
    };
    use contracts::{
        Locale, UserId,
        auth::{Profile, SecretToken, User},
    };

    use super::*;

    const BROWSER: &str = "text/html,application/xhtml+xml";

    fn asks(method: Method, path: &'static str, accept: &'static str, role: Role) -> bool {
        let user_id: UserId = "01981c4e-7c1a-7b3f-9d6e-2f5a8b1c4d7e".parse().expect("an id");
        let user = User { user_id, display_name: "Polly".to_owned(), role, creation_time: chrono::DateTime::UNIX_EPOCH };
        let profile = Profile { user, email: "polly@parrots.example".to_owned(), locale: Locale::En };
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("a path");
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        request.extensions_mut().insert(CurrentSession { token: SecretToken(String::new()), profile });
        administrator(&request).is_some()
    }

    #[test]
    fn only_administrators_who_open_a_page_are_told() {
        assert!(asks(Method::GET, "/tasks", BROWSER, Role::Admin));
        assert!(asks(Method::GET, "/admin/queues/17", BROWSER, Role::Admin));
        assert!(!asks(Method::GET, "/tasks", BROWSER, Role::Manager));
        assert!(!asks(Method::GET, QUEUES_PATH, BROWSER, Role::Admin));
        assert!(!asks(Method::GET, "/api/own_tasks", "application/json", Role::Admin));
        assert!(!asks(Method::POST, "/api/create_task", BROWSER, Role::Admin));
        assert!(administrator(&Request::new(Body::empty())).is_none());
    }
}
