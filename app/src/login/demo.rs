use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::demo_people::markup;

/// The demo company's part of the log-in page, as finished markup; empty where there is no demo company.
///
/// The server makes it, so the browser's code need not know how: it only keeps what the page has brought along.
#[derive(Clone)]
struct DemoMarkup(String);

/// Puts the demo company into the context. It has to be done for every page, because the browser may go on to the log-in page by itself.
pub(crate) fn provide_demo() {
    provide_context(DemoMarkup(SharedValue::new(markup).into_inner()));
}

/// Never asked: the browser reads what the server has written.
#[cfg(not(feature = "ssr"))]
const fn markup() -> String {
    String::new()
}

/// The parrots of the demo company, each with a button that logs in as it.
#[component]
pub(super) fn DemoCompany() -> impl IntoView {
    let DemoMarkup(markup) = expect_context();
    (!markup.is_empty()).then(|| view! { <section class="demo" aria-labelledby="demo" inner_html=markup></section> })
}
