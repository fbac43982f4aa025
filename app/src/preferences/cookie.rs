use http::HeaderMap;

use crate::cookie::{self, Cookie, Lifetime, read_cookie};

/// How long a preference is kept: a year.
const MAX_AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// A cookie that holds one preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PreferenceCookie(&'static str);

impl PreferenceCookie {
    pub(super) const LOCALE: Self = Self("locale");
    pub(super) const THEME: Self = Self("theme");

    /// What the browser sent, as it is.
    pub(super) fn read(self, headers: &HeaderMap) -> Option<&str> {
        read_cookie(headers, self.0)
    }

    /// Adds the cookie to the answer of the server function that is running. A preference is no secret, so it may travel
    /// without TLS.
    pub(super) fn set(self, value: &'static str) {
        let cookie = Cookie { name: self.0, value, lifetime: Lifetime::Seconds(MAX_AGE_SECONDS), secure: false };
        cookie::set(cookie.header());
    }
}
