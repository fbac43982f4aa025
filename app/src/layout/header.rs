use leptos::prelude::*;

use crate::{
    i18n::text,
    preferences::{LanguageSwitch, ThemeSwitch},
};

/// The first stop of the Tab key: past the header, to the content.
#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    // `external` keeps the router out of it: the browser moves the focus as well as the view.
    view! {
        <a class="skip-link" href=["#", super::CONTENT_ID].concat() rel="external">
            {text().layout().skip_to_content()}
        </a>
    }
}

/// The perch: the product's name on the left, what people set for themselves on the right.
#[component]
pub(crate) fn PageHeader() -> impl IntoView {
    let text = text();
    view! {
        <header class="page-header">
            <a class="brand" href="/" aria-label=text.layout().home()>
                <img class="brand-mark" src="/parrot.svg" alt="" width="36" height="54" />
                <span class="brand-name">{text.product().name()}</span>
            </a>
            <div class="page-header-preferences">
                <LanguageSwitch />
                <ThemeSwitch />
            </div>
        </header>
    }
}
