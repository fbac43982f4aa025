use leptos::prelude::*;

use crate::i18n::text;

/// The end of every page.
#[component]
pub(crate) fn PageFooter() -> impl IntoView {
    view! {
        <footer class="page-footer">
            <p>{text().layout().footer()}</p>
        </footer>
    }
}
