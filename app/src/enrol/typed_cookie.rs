//! What was typed into a form that was refused, for the page that shows it again without JavaScript. It is no business of
//! the address bar, so it travels in a cookie of minutes.

use http::{HeaderMap, HeaderValue};
use url::form_urlencoded;

use super::enrolment::Typed;
use crate::cookie::{Cookie, Lifetime, read_cookie};

const NAME: &str = "ates_typed";
const DISPLAY_NAME: &str = "display_name";
const EMAIL: &str = "email";

/// How long it is kept: as long as reading a message and typing anew may take.
const SECONDS: u32 = 5 * 60;

/// Browsers keep cookies of up to 4096 bytes, with name and attributes. What is longer is no name and address.
const VALUE_LENGTH_MAX: usize = 3_800;

/// `Set-Cookie` for what was typed, unless it is too long.
pub(super) fn header(typed: &Typed, secure: bool) -> Option<HeaderValue> {
    let value = form_urlencoded::Serializer::new(String::new())
        .append_pair(DISPLAY_NAME, &typed.display_name)
        .append_pair(EMAIL, &typed.email)
        .finish();
    (value.len() <= VALUE_LENGTH_MAX).then(|| cookie(&value, Lifetime::Seconds(SECONDS), secure).header())
}

/// `Set-Cookie` for when it is of no use any more.
pub(super) fn ended(secure: bool) -> HeaderValue {
    cookie("", Lifetime::Over, secure).header()
}

/// What was typed before; nothing where nothing was.
pub(super) fn read(headers: &HeaderMap) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(read_cookie(headers, NAME).unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            DISPLAY_NAME => typed.display_name = value.into_owned(),
            EMAIL => typed.email = value.into_owned(),
            _ => {}
        }
    }
    typed
}

const fn cookie(value: &str, lifetime: Lifetime, secure: bool) -> Cookie<'_> {
    Cookie { name: NAME, value, lifetime, secure }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn what_was_typed_comes_back_whatever_it_was() {
        let typed = Typed { display_name: "Кеша; \"=&,\n\\ 🦜".to_owned(), email: "no address".to_owned() };
        let header = header(&typed, false).expect("short enough");
        let pair = header.to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(pair).expect("ASCII"))]);
        assert_eq!(read(&headers), typed);
        assert_eq!(read(&HeaderMap::new()), Typed::default());
    }

    #[test]
    fn a_novel_is_not_kept() {
        let typed = Typed { display_name: "a".repeat(VALUE_LENGTH_MAX), email: String::new() };
        assert_eq!(header(&typed, false), None);
    }
}
