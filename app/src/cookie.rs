//! Every cookie is read and written here. None of them is for scripts: the browser's code learns what it needs from the page.

use std::fmt;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

/// What the browser sent under a name, as it is.
#[must_use]
pub fn read_cookie<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// How long the browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// So many seconds from now on.
    Seconds(u32),
    /// Until then.
    Until(DateTime<Utc>),
    /// No longer: the browser forgets the one it has.
    Over,
}

/// A cookie for the whole site, for the server alone (`HttpOnly`), which other sites' forms cannot use (`SameSite=Lax`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookie<'value> {
    pub(crate) name: &'static str,
    /// Plain ASCII without `;`, `,`, quotes and spaces.
    pub(crate) value: &'value str,
    pub(crate) lifetime: Lifetime,
    /// Whether the browser may send it through TLS only.
    pub(crate) secure: bool,
}

impl Cookie<'_> {
    /// The value of the header `Set-Cookie`.
    pub(crate) fn header(self) -> HeaderValue {
        let Self { name, value, lifetime, secure } = self;
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; {lifetime}; SameSite=Lax; HttpOnly{secure}");
        HeaderValue::try_from(cookie).expect("names and values of our cookies are plain ASCII")
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(formatter, "Max-Age={seconds}"),
            Self::Until(time) => write!(formatter, "Expires={}", time.format("%a, %d %b %Y %H:%M:%S GMT")),
            Self::Over => formatter.write_str("Max-Age=0"),
        }
    }
}

/// Adds a cookie to the answer of the server function that is running.
pub(crate) fn set(header: HeaderValue) {
    expect_context::<ResponseOptions>().append_header(http::header::SET_COOKIE, header);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("locales=xx; theme=dark"));
        headers.append(COOKIE, HeaderValue::from_static("locale=ru"));
        assert_eq!(read_cookie(&headers, "theme"), Some("dark"));
        assert_eq!(read_cookie(&headers, "locale"), Some("ru"));
        assert_eq!(read_cookie(&HeaderMap::new(), "locale"), None);
    }

    #[test]
    fn a_cookie_is_for_the_server_alone_and_stays_on_this_site() {
        let cookie = Cookie { name: "theme", value: "dark", lifetime: Lifetime::Seconds(60), secure: false };
        assert_eq!(cookie.header(), "theme=dark; Path=/; Max-Age=60; SameSite=Lax; HttpOnly");
        assert_eq!(Cookie { secure: true, ..cookie }.header(), "theme=dark; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure");
    }

    #[test]
    fn a_cookie_ends_at_a_moment_as_http_writes_it() {
        let time = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        assert_eq!(Lifetime::Until(time).to_string(), "Expires=Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(Lifetime::Over.to_string(), "Max-Age=0");
    }
}
