//! Pages that only the server makes: as finished markup, with plain links and forms.
//!
//! The browser's code keeps what the page has brought along and need not know how it is made, so such a page costs it next to nothing.
//! Links to it are `external`: browsers load it anew each time.

use leptos::prelude::*;

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
