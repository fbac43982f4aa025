use contracts::{
    AwaitedKey,
    queues::{AttemptOutcome, AttemptRecord},
};
use leptos::prelude::*;

use super::{DeliveryWords, names::outcome_name};
use crate::i18n::{locale, shown_time, text, written_age};

/// The attempts that had no effect, the oldest first.
#[component]
pub(super) fn Attempts(attempts: Vec<AttemptRecord>, words: DeliveryWords) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().delivery();
    let nothing = attempts.is_empty().then(|| view! { <p class="deliveries-nothing">{text.no_attempts()}</p> });
    let items = attempts.into_iter().map(move |attempt| {
        // What is waited for is stored as a key, why it will not come as a sentence.
        let key = Some(AwaitedKey::from(attempt.error.clone())).filter(|_| attempt.outcome == AttemptOutcome::Parked);
        let what = key.filter(|key| key.awaited_price().is_some()).map(|key| words.awaited_thing(&key));
        let awaited = what.map(|what| page_text.queues().fact().awaited(&what));
        view! { <Attempt attempt awaited /> }
    });
    view! {
        <section class="delivery-part" aria-labelledby="attempts">
            <h2 id="attempts">{text.attempts()}</h2>
            {nothing}
            <ul class="attempts">{items.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Attempt(
    attempt: AttemptRecord,
    /// What it waited for, in words, if that is why it ended.
    awaited: Option<String>,
) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().delivery();
    let AttemptRecord { attempt_no, began_at, ended_at, outcome, error } = attempt;
    let end = match awaited {
        Some(awaited) => view! { <p>{awaited}</p> }.into_any(),
        None => view! { <code class="error-text">{error}</code> }.into_any(),
    };
    view! {
        <li>
            <h3>{text.attempt(&attempt_no.to_string(), outcome_name(outcome, page_text))}</h3>
            <p class="delivery-facts">{text.attempt_time(&written_age(ended_at - began_at, locale()), &shown_time(began_at))}</p>
            {end}
        </li>
    }
}
