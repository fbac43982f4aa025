use leptos::prelude::*;

use crate::i18n::text;

/// From the beak to the payday, in three steps.
#[component]
pub(super) fn Steps() -> impl IntoView {
    let text = text().home().steps();
    let steps = [(text.beak_title(), text.beak_text()), (text.task_title(), text.task_text()), (text.reward_title(), text.reward_text())];
    let items = steps.map(|(title, explanation)| {
        view! {
            <li class="step">
                <h3>{title}</h3>
                <p>{explanation}</p>
            </li>
        }
    });
    view! {
        <section class="steps" aria-labelledby="steps-title">
            <h2 id="steps-title">{text.title()}</h2>
            <ol class="perch">{items.collect_view()}</ol>
        </section>
    }
}
