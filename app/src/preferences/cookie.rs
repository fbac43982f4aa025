use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

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
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.0).then_some(value))
    }

    /// Adds the cookie to the answer of the server function that is running.
    pub(super) fn set(self, value: &'static str) {
        expect_context::<ResponseOptions>().append_header(SET_COOKIE, self.header(value));
    }

    fn header(self, value: &'static str) -> HeaderValue {
        let name = self.0;
        let cookie = format!("{name}={value}; Path=/; Max-Age={MAX_AGE_SECONDS}; SameSite=Lax; HttpOnly");
        HeaderValue::try_from(cookie).expect("names and values of preferences are plain ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("locales=xx; theme=dark"));
        headers.append(COOKIE, HeaderValue::from_static("locale=ru"));
        assert_eq!(PreferenceCookie::THEME.read(&headers), Some("dark"));
        assert_eq!(PreferenceCookie::LOCALE.read(&headers), Some("ru"));
        assert_eq!(PreferenceCookie::LOCALE.read(&HeaderMap::new()), None);
    }

    #[test]
    fn a_preference_lasts_a_year_and_stays_on_this_site() {
        assert_eq!(PreferenceCookie::THEME.header("dark"), "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    }
}
