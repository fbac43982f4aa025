use leptos::prelude::*;

use crate::{design::EmptyState, i18n::text, page_title::PageTitle};

/// What is shown at an address that has no page. The answer's status says so too.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let text = text().not_found();
    view! {
        <PageTitle text=text.title() />
        <EmptyState title=text.headline() message=text.text()>
            <a class="button" href="/">
                {text.home()}
            </a>
        </EmptyState>
    }
}
