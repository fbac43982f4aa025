use contracts::Locale;

use super::Theme;

/// What the page is shown in. The server decides, from the request; the browser reads what the server has decided from
/// `<html>`, so both render the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// The language: as chosen in this browser, else the employee's, else the first one that the browser asks for and the
    /// product speaks, else English.
    pub(crate) locale: Locale,
    /// The appearance: as chosen, else the system's.
    pub(crate) theme: Theme,
}

/// The attribute of `<html>` that holds the theme; styles follow it.
pub(crate) const THEME_ATTRIBUTE: &str = "data-theme";

#[cfg(feature = "ssr")]
impl Preferences {
    /// The preferences of who asks for the page. Without a request, as when routes are listed, nobody has any.
    pub(crate) fn current() -> Self {
        use crate::session::CurrentSession;

        let headers = leptos::prelude::use_context::<http::request::Parts>().map(|request| request.headers);
        let own = CurrentSession::of_request().map(|session| session.profile.locale);
        Self::of(&headers.unwrap_or_default(), own)
    }

    fn of(headers: &http::HeaderMap, own: Option<Locale>) -> Self {
        use super::cookie::PreferenceCookie;

        let chosen = PreferenceCookie::LOCALE.read(headers).and_then(|tag| tag.parse().ok());
        let asked_for = || {
            let header = headers.get(http::header::ACCEPT_LANGUAGE)?;
            Locale::from_accept_language(header.to_str().ok()?)
        };
        Self {
            locale: chosen.or(own).or_else(asked_for).unwrap_or_default(),
            theme: PreferenceCookie::THEME.read(headers).and_then(Theme::named).unwrap_or_default(),
        }
    }
}

#[cfg(not(feature = "ssr"))]
impl Preferences {
    /// The preferences that the page in the browser was rendered with.
    pub(crate) fn current() -> Self {
        use crate::root_element::attribute;

        Self {
            locale: attribute("lang").and_then(|tag| tag.parse().ok()).unwrap_or_default(),
            theme: attribute(THEME_ATTRIBUTE).as_deref().and_then(Theme::named).unwrap_or_default(),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT_LANGUAGE, COOKIE},
    };

    use super::*;

    fn preferences(cookie: &'static str, accept_language: &'static str) -> (Locale, Theme) {
        preferences_of(None, cookie, accept_language)
    }

    fn preferences_of(own: Option<Locale>, cookie: &'static str, accept_language: &'static str) -> (Locale, Theme) {
        let headers = HeaderMap::from_iter([
            (COOKIE, HeaderValue::from_static(cookie)),
            (ACCEPT_LANGUAGE, HeaderValue::from_static(accept_language)),
        ]);
        let Preferences { locale, theme } = Preferences::of(&headers, own);
        (locale, theme)
    }

    #[test]
    fn the_chosen_language_wins_over_the_browsers() {
        assert_eq!(preferences("locale=en", "ru"), (Locale::En, Theme::System));
        assert_eq!(preferences("theme=dark", "ru,en;q=0.5"), (Locale::Ru, Theme::Dark));
    }

    #[test]
    fn the_employees_language_wins_over_the_browsers_until_another_is_chosen() {
        assert_eq!(preferences_of(Some(Locale::Ru), "theme=dark", "en"), (Locale::Ru, Theme::Dark));
        assert_eq!(preferences_of(Some(Locale::Ru), "locale=en", "ru"), (Locale::En, Theme::System));
    }

    #[test]
    fn what_the_product_does_not_know_is_passed_over() {
        assert_eq!(preferences("locale=de; theme=pink", "fr"), (Locale::En, Theme::System));
    }
}
