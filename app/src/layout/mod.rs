//! The frame around every page.

mod footer;
mod header;

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

pub(crate) use footer::PageFooter;
pub(crate) use header::{PageHeader, SkipLink};

/// The id of the element that holds the page itself.
pub(crate) const CONTENT_ID: &str = "content";

/// Moves the focus to the page itself: for when what had it is gone.
pub(crate) fn focus_content() {
    if let Some(content) = document().get_element_by_id(CONTENT_ID).and_then(|content| content.dyn_into::<HtmlElement>().ok()) {
        // A browser that does not move the focus leaves it where it is; nobody has to know.
        drop(content.focus());
    }
}
