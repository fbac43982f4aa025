use contracts::{Role, ServiceError};
use leptos::prelude::*;

use crate::{
    design::EmptyState,
    i18n::{explain, locale, text},
    page_title::PageTitle,
};

/// What is shown instead of a page that the visitor's role may not see. The answer's status says so too.
#[component]
pub(crate) fn ForbiddenPage(
    /// The roles that may see the page.
    needs: &'static [Role],
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::FORBIDDEN);
    }
    let text = text().forbidden();
    let message = explain(&ServiceError::Forbidden { needs: needs.to_vec() }, locale());
    view! {
        <PageTitle text=text.title() />
        <EmptyState title=text.headline() message>
            <a class="button" href="/">
                {text.home()}
            </a>
        </EmptyState>
    }
}
