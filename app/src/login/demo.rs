use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::demo_people::markup;

/// The parrots of the demo company, each with a button that logs in as it; nothing where there is no demo company.
///
/// The server makes it as finished markup, so the browser's code need not know how: it only keeps what the page has brought along.
#[component]
pub(super) fn DemoCompany() -> impl IntoView {
    let markup = SharedValue::new(markup).into_inner();
    (!markup.is_empty()).then(|| view! { <div class="demo" inner_html=markup></div> })
}

/// The page has brought nothing along: somebody came back to it from another page, in the browser's history. All links to it make the
/// browser load it anew, and so does this.
#[cfg(not(feature = "ssr"))]
fn markup() -> String {
    drop(location().reload());
    String::new()
}
