use contracts::queues::{Intervention, InterventionKind};
use leptos::prelude::*;

use super::DeliveryWords;
use crate::i18n::{shown_time, text};

/// What people did with a delivery: who, when, what and why, the oldest first.
#[component]
pub(super) fn Interventions(interventions: Vec<Intervention>, words: DeliveryWords) -> impl IntoView {
    let text = text().queues().delivery();
    let nothing = interventions.is_empty().then(|| view! { <p class="deliveries-nothing">{text.no_interventions()}</p> });
    let items = interventions.into_iter().map(move |intervention| {
        let Intervention { at, user_id, action, reason } = intervention;
        let who = user_id.map_or_else(|| text.operator().to_owned(), |user_id| words.person(user_id));
        let sentence = match action {
            InterventionKind::Retry => text.did_retry(&who, &shown_time(at)),
            InterventionKind::Discard => text.did_discard(&who, &shown_time(at)),
        };
        view! {
            <li>
                <p>{sentence}</p>
                {reason.map(|reason| view! { <blockquote class="reason">{reason}</blockquote> })}
            </li>
        }
    });
    view! {
        <section class="delivery-part" aria-labelledby="interventions">
            <h2 id="interventions">{text.interventions()}</h2>
            {nothing}
            <ul class="interventions">{items.collect_view()}</ul>
        </section>
    }
}
