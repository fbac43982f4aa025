use chrono::{DateTime, Utc};
use contracts::auth::SecretToken;
use http::HeaderValue;

use crate::cookie::{Cookie, Lifetime};

/// The cookie that holds the key of the session.
pub const SESSION_COOKIE: &str = "ates_session";

/// The cookie that holds the ticket of a parrot that is about to enrol.
pub const ENROLMENT_COOKIE: &str = "ates_enrolment";

/// How long the browser keeps an enrolment's ticket: 15 minutes, about as long as the auth service does.
const ENROLMENT_SECONDS: u32 = 15 * 60;

/// Whether browsers may send sessions through TLS only. The server puts it into the context of server functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecureCookies(pub bool);

/// `Set-Cookie` for somebody who has logged in.
#[must_use]
pub fn session_cookie(token: &SecretToken, expires_at: DateTime<Utc>, secure: bool) -> HeaderValue {
    Cookie { name: SESSION_COOKIE, value: &token.0, lifetime: Lifetime::Until(expires_at), secure }.header()
}

/// `Set-Cookie` for somebody who has logged out.
#[must_use]
pub fn ended_session_cookie(secure: bool) -> HeaderValue {
    Cookie { name: SESSION_COOKIE, value: "", lifetime: Lifetime::Over, secure }.header()
}

/// `Set-Cookie` for a parrot that is not known yet and may enrol.
#[must_use]
pub fn enrolment_cookie(ticket: &SecretToken, secure: bool) -> HeaderValue {
    Cookie { name: ENROLMENT_COOKIE, value: &ticket.0, lifetime: Lifetime::Seconds(ENROLMENT_SECONDS), secure }.header()
}

/// `Set-Cookie` for a parrot that has enrolled.
#[must_use]
pub fn ended_enrolment_cookie(secure: bool) -> HeaderValue {
    Cookie { name: ENROLMENT_COOKIE, value: "", lifetime: Lifetime::Over, secure }.header()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_with_its_cookie() {
        let expires_at = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let token = SecretToken("abc".to_owned());
        assert_eq!(
            session_cookie(&token, expires_at, true),
            "ates_session=abc; Path=/; Expires=Tue, 14 Nov 2023 22:13:20 GMT; SameSite=Lax; HttpOnly; Secure"
        );
        assert_eq!(ended_session_cookie(false), "ates_session=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
    }

    #[test]
    fn an_enrolment_is_a_matter_of_minutes() {
        let ticket = SecretToken("def".to_owned());
        assert_eq!(enrolment_cookie(&ticket, false), "ates_enrolment=def; Path=/; Max-Age=900; SameSite=Lax; HttpOnly");
        assert_eq!(ended_enrolment_cookie(true), "ates_enrolment=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly; Secure");
    }
}
