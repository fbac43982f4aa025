//! The page's `<html>` element in the browser: what the server and the styles know about the page stands in its attributes.

use leptos::prelude::document;

/// The value of an attribute.
#[cfg(not(feature = "ssr"))]
pub(crate) fn attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Sets an attribute.
pub(crate) fn set_attribute(name: &'static str, value: &'static str) {
    if let Some(html) = document().document_element() {
        html.set_attribute(name, value).expect("the attribute's name is well-formed");
    }
}
