//! Pages that only the server makes: as finished markup, with plain links and forms.
//!
//! The browser's code keeps what the page has brought along and need not know how it is made, so such a page costs it next to nothing.
//! Links to it are `external`: browsers load it anew each time.
//!
//! A page that goes on after it was loaded has one element with the attribute `data-live`. When something has changed, the browser's code
//! loads the page once more and takes that element's content over; where it has none any more, the whole page.

use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use wasm_bindgen::{JsCast as _, closure::Closure};
#[cfg(not(feature = "ssr"))]
use web_sys::{XmlHttpRequest, XmlHttpRequestResponseType};

#[cfg(not(feature = "ssr"))]
use crate::live::Live;
use crate::page_title::PageTitle;

/// What the server has made.
#[cfg(feature = "ssr")]
pub(crate) struct Made {
    /// The page's title.
    pub(crate) title: String,
    /// The page. Whatever comes from people or programs is escaped in it.
    pub(crate) markup: String,
}

/// The page, as soon as it is made.
#[cfg(feature = "ssr")]
pub(crate) fn server_made(page: impl Future<Output = Made> + Send + 'static) -> AnyView {
    let page = Suspend::new(async move {
        let Made { title, markup } = page.await;
        made(title, markup)
    });
    page.into_any()
}

/// The page that is there. Who comes to it through the browser's history from a page that was not loaded anew brings none along: it is
/// loaded now.
#[cfg(not(feature = "ssr"))]
pub(crate) fn server_made() -> AnyView {
    if !Owner::current_shared_context().is_some_and(|context| context.during_hydration()) {
        drop(location().reload());
    }
    if matches!(document().query_selector(LIVE_PART), Ok(Some(_))) {
        let live = Live::start();
        Effect::new(move |before: Option<usize>| {
            let now = live.changes();
            if before.is_some_and(|before| before != now) {
                // What does not come is asked for at the next change.
                let _ = load_again();
            }
            now
        });
    }
    made(own_title(), String::new()).into_any()
}

/// The id of the element that holds the page. It holds the page's title, too, for the browser's code to keep.
const ID: &str = "server-made";

fn made(title: String, markup: String) -> impl IntoView {
    view! {
        <PageTitle text=title.clone() />
        <div id=ID data-title=title inner_html=markup></div>
    }
}

#[cfg(not(feature = "ssr"))]
fn own_title() -> String {
    document().get_element_by_id(ID).and_then(|page| page.get_attribute("data-title")).unwrap_or_default()
}

/// The part of a page that is kept up to date.
#[cfg(not(feature = "ssr"))]
const LIVE_PART: &str = "[data-live]";

/// Loads the page once more.
#[cfg(not(feature = "ssr"))]
fn load_again() -> Option<()> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("GET", &location().href().ok()?).ok()?;
    request.set_response_type(XmlHttpRequestResponseType::Document);
    let loaded = Closure::once_into_js({
        let request = request.clone();
        move || {
            let _ = take_over(&request);
        }
    });
    request.set_onload(Some(loaded.unchecked_ref()));
    request.send().ok()
}

#[cfg(not(feature = "ssr"))]
fn take_over(request: &XmlHttpRequest) -> Option<()> {
    let (fresh, shown) = (request.response_xml().ok()??.get_element_by_id(ID)?, document().get_element_by_id(ID)?);
    let (from, to) = match fresh.query_selector(LIVE_PART).ok()? {
        Some(part) => (part, shown.query_selector(LIVE_PART).ok()??),
        None => (fresh, shown),
    };
    // What has not changed keeps the focus, and is not read out.
    let content = from.inner_html();
    if content != to.inner_html() {
        to.set_inner_html(&content);
    }
    Some(())
}
