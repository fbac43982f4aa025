use leptos::prelude::*;

use crate::i18n::text;

/// Opens the browser's dialogue for printing. It is there as soon as it works; without JavaScript browsers print by their menu.
#[component]
pub(super) fn PrintButton() -> impl IntoView {
    let works = RwSignal::new(false);
    Effect::new(move || works.set(true));
    let print = |_| drop(window().print());
    view! {
        <button class="button print-button" type="button" hidden=move || !works.get() on:click=print>
            {text().accounting().pay_slip().print()}
        </button>
    }
}
