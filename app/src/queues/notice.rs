use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {
    super::{QUEUES_PATH, trouble_in_words},
    crate::i18n::{CompanyTimeZone, locale, text},
    contracts::queues::BusState,
    http::request::Parts,
};

/// The state of the bus when an administrator asked for a page. The server puts it into the request's extensions where it could be
/// found out.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct BusWhenAsked(pub BusState);

/// What keeps events from being worked on, for administrators, on every page; nothing where nothing does.
///
/// The server makes it as finished markup, and the browser's code keeps it while its visitor goes from page to page.
#[component]
pub(crate) fn BusNotice() -> impl IntoView {
    let markup = SharedValue::new(markup).into_inner();
    (!markup.is_empty()).then(|| view! { <div class="site-notice" inner_html=markup></div> })
}

#[cfg(feature = "ssr")]
fn markup() -> String {
    let request = use_context::<Parts>();
    let Some(BusWhenAsked(state)) = request.as_ref().and_then(|request| request.extensions.get()) else { return String::new() };
    let text = text().queues();
    let notice = trouble_in_words(state, CompanyTimeZone::current(), locale()).map(|trouble| {
        view! {
            <aside aria-label=text.notice()>
                <p>{trouble}</p>
                <a href=QUEUES_PATH rel="external">
                    {text.to_queues()}
                </a>
            </aside>
        }
    });
    notice.map_or_else(String::new, RenderHtml::to_html)
}

/// Never asked: the browser reads what the server has written.
#[cfg(not(feature = "ssr"))]
const fn markup() -> String {
    String::new()
}
