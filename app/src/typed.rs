//! What was typed into a form that was refused, for the page that shows it again without JavaScript. It is no business of
//! the address bar, so it travels in a cookie of minutes.

use http::{HeaderMap, HeaderValue};
use leptos::prelude::expect_context;
use url::form_urlencoded;

use crate::{
    cookie::{self, Cookie, Lifetime, read_cookie},
    own_path::is_plain_form,
    session::SecureCookies,
};

/// How long it is kept: as long as reading a message and typing anew may take.
const SECONDS: u32 = 5 * 60;

/// Browsers keep cookies of up to 4096 bytes, with name and attributes. A field that does not fit is left out: the browser's Back
/// has it still.
const VALUE_LENGTH_MAX: usize = 3_800;

/// The cookie of one form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedCookie(&'static str);

impl TypedCookie {
    /// The form that enrols.
    pub(crate) const ENROLMENT: Self = Self("ates_typed_enrolment");

    /// The form for a new task.
    pub(crate) const TASK: Self = Self("ates_typed_task");

    /// The form that discards a delivery.
    pub(crate) const DISCARD: Self = Self("ates_typed_discard");

    /// Keeps what was typed, by the names of the fields, if the form came without JavaScript.
    pub(crate) fn keep(self, fields: &[(&str, &str)]) {
        if is_plain_form() {
            cookie::set(self.header(fields, secure()));
        }
    }

    /// Forgets it: the form has been accepted.
    pub(crate) fn forget(self) {
        cookie::set(self.cookie("", Lifetime::Over, secure()).header());
    }

    /// What was typed into a field before; nothing where nothing was.
    pub(crate) fn read(self, headers: &HeaderMap, field: &str) -> String {
        let pairs = read_cookie(headers, self.0).unwrap_or_default();
        form_urlencoded::parse(pairs.as_bytes()).find(|(name, _)| name == field).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    fn header(self, fields: &[(&str, &str)], secure: bool) -> HeaderValue {
        let mut kept = String::new();
        for (name, value) in fields {
            let longer = form_urlencoded::Serializer::new(kept.clone()).append_pair(name, value).finish();
            if longer.len() <= VALUE_LENGTH_MAX {
                kept = longer;
            }
        }
        self.cookie(&kept, Lifetime::Seconds(SECONDS), secure).header()
    }

    const fn cookie(self, value: &str, lifetime: Lifetime, secure: bool) -> Cookie<'_> {
        Cookie { name: self.0, value, lifetime, secure }
    }
}

fn secure() -> bool {
    expect_context::<SecureCookies>().0
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn what_was_typed_comes_back_whatever_it_was() {
        let typed = "Кеша; \"=&,\n\\ 🦜";
        let header = TypedCookie::TASK.header(&[("title", typed), ("description", "")], false);
        let pair = header.to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(pair).expect("ASCII"))]);
        assert_eq!(TypedCookie::TASK.read(&headers, "title"), typed);
        assert_eq!(TypedCookie::TASK.read(&headers, "description"), "");
        assert_eq!(TypedCookie::ENROLMENT.read(&headers, "title"), "");
        assert_eq!(TypedCookie::TASK.read(&HeaderMap::new(), "title"), "");
    }

    #[test]
    fn a_novel_is_left_out_and_the_rest_is_kept() {
        let novel = "a".repeat(VALUE_LENGTH_MAX);
        let header = TypedCookie::TASK.header(&[("title", "Write"), ("description", &novel), ("note", "soon")], false);
        let header = header.to_str().expect("ASCII");
        assert!(header.starts_with("ates_typed_task=title=Write&note=soon;"), "{header}");
    }
}
