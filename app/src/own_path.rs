use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

/// The name of the form field that says where to go after the form has been sent.
pub(crate) const RETURN_TO: &str = "return_to";

/// An address on this site: path and query. What is none becomes `/`, so a forged form sends nobody to another site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(crate) struct OwnPath(String);

impl From<String> for OwnPath {
    fn from(address: String) -> Self {
        let is_own = address.starts_with('/')
            // `//host` and `/\host` are other sites to browsers.
            && !address[1..].starts_with(['/', '\\'])
            // An address carries the rest in percent notation. Browsers drop tabs and line ends, which would undo the check above.
            && address.bytes().all(|byte| byte.is_ascii_graphic());
        Self(if is_own { address } else { "/".to_owned() })
    }
}

#[cfg(feature = "ssr")]
impl OwnPath {
    /// Sends a browser without JavaScript back to this address. The page's own code stays where it is.
    pub(crate) fn redirect_plain_form(&self) {
        if is_plain_form() {
            leptos_axum::redirect(&self.0);
        }
    }

    /// The address with one parameter more, which needs no escaping.
    pub(crate) fn with_parameter(self, name: &str, value: &str) -> Self {
        let separator = if self.0.contains('?') { "&" } else { "?" };
        Self([self.0.as_str(), separator, name, "=", value].concat())
    }
}

/// Whether a browser without JavaScript has sent the form that is being answered.
#[cfg(feature = "ssr")]
pub(crate) fn is_plain_form() -> bool {
    use http::{header::ACCEPT, request::Parts};

    let request = expect_context::<Parts>();
    request.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The hidden field that brings people back to the page they are on.
#[component]
pub(crate) fn ReturnToThisPage() -> impl IntoView {
    let location = use_location();
    let address = move || {
        let query = location.search.get();
        let separator = if query.is_empty() { "" } else { "?" };
        [location.pathname.get().as_str(), separator, &query].concat()
    };
    view! { <input type="hidden" name=RETURN_TO value=address /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> String {
        OwnPath::from(address.to_owned()).0
    }

    #[test]
    fn paths_of_this_site_are_kept() {
        for address in ["/", "/tasks", "/tasks?page=2", "/a/b#c", "/%D0%B0", "/a//b", "/?next=https://cat.example"] {
            assert_eq!(parsed(address), address);
        }
    }

    #[test]
    fn other_sites_become_the_start_page() {
        let forged = [
            "https://cat.example",
            "//cat.example",
            "/\\cat.example",
            "\\\\cat.example",
            "/\t/cat.example",
            "javascript:alert(1)",
            "cat",
            "",
        ];
        for address in forged {
            assert_eq!(parsed(address), "/", "{address:?}");
        }
    }

    #[test]
    fn what_no_header_can_hold_becomes_the_start_page() {
        for address in ["/a b", "/a\r\nSet-Cookie: a=b", "/клюв", "/\0"] {
            assert_eq!(parsed(address), "/", "{address:?}");
        }
    }
}
