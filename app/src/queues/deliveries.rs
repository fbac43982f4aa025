use contracts::{
    ServiceError,
    auth::Directory,
    queues::{DELIVERIES_PAGE_MAX, DeliveryStatus, DeliverySummary, Queues},
    tracker::Tracker,
};
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    DeliveryWords,
    actions::RetryDeadLetters,
    asked::{Asked, ERROR, SUBSCRIPTION},
    delivery::delivery_path,
    names::{status_class, status_name, subscription_name},
};
use crate::{
    design::Paging,
    i18n::{locale, shown_time, text},
    service::service,
    session::actor,
};

/// How many deliveries the page shows at once.
const DELIVERIES_SHOWN_MAX: usize = 50;

// One more is asked for: it tells whether there is a next part.
const _: () = assert!(DELIVERIES_SHOWN_MAX < DELIVERIES_PAGE_MAX, "the bus gives less at once than the page needs");

/// A part of the deliveries, newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct DeliveriesPart {
    deliveries: Vec<DeliverySummary>,
    words: DeliveryWords,
    /// Whether the list goes on.
    goes_on: bool,
    /// How many dead letters match, on all parts together.
    dead_letters: u64,
}

impl DeliveriesPart {
    /// The part that the address asks for.
    pub(super) async fn of(asked: &Asked) -> Result<Self, ServiceError> {
        let (actor, queues) = (actor()?, service::<dyn Queues>());
        let filter = asked.filter().map_err(ServiceError::Invalid)?;
        let mut deliveries = queues.deliveries(actor, &filter, asked.before, DELIVERIES_SHOWN_MAX + 1).await?;
        let goes_on = deliveries.len() > DELIVERIES_SHOWN_MAX;
        deliveries.truncate(DELIVERIES_SHOWN_MAX);
        let dead_letters = if asked.is_dead_letters() { queues.dead_letters(actor, &filter).await?.unsigned_abs() } else { 0 };
        let words = DeliveryWords::look_up(locale(), &deliveries, &[], &*service::<dyn Tracker>(), &*service::<dyn Directory>()).await;
        Ok(Self { deliveries, words, goes_on, dead_letters })
    }
}

/// The part of the list, with the ways to the others, and what may be done with all of them.
#[component]
pub(super) fn DeliveriesSection(part: DeliveriesPart, asked: Asked) -> impl IntoView {
    let text = text().queues().list();
    let DeliveriesPart { deliveries, words, goes_on, dead_letters } = part;
    let path = |before| Asked { before, ..asked.clone() }.path();
    let next = deliveries.last().filter(|_| goes_on).map(|last| (path(Some(last.delivery_id)), text.older()));
    let first = asked.before.map(|_| (path(None), text.newest()));
    let paging = view! { <Paging label=text.paging() first next loaded_anew=true /> };
    let nothing = deliveries.is_empty().then(|| match asked {
        Asked { before: Some(_), .. } => text.nothing_older(),
        Asked { ref subscription, ref error, .. } if asked.is_dead_letters() && subscription.is_empty() && error.is_empty() => {
            text.nothing_dead()
        }
        Asked { .. } => text.nothing_found(),
    });
    let rows = deliveries.into_iter().map(|delivery| {
        let (what_happened, awaited) = (words.what_happened(&delivery), words.awaited(&delivery));
        view! { <DeliveryRow delivery what_happened awaited /> }
    });
    let rows = rows.collect_view();
    let retry_all = (dead_letters > 0).then(|| view! { <RetryAll count=dead_letters asked /> });
    let list = match nothing {
        Some(nothing) => view! { <p class="deliveries-nothing">{nothing}</p> }.into_any(),
        None => view! { <ul class="delivery-list">{rows}</ul> }.into_any(),
    };
    view! {
        {retry_all}
        {list}
        {paging}
    }
}

#[component]
fn DeliveryRow(
    delivery: DeliverySummary,
    what_happened: String,
    /// What it waits for, in words.
    awaited: Option<String>,
) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().list();
    let mut facts = vec![
        text.number(&delivery.delivery_id.to_string()),
        subscription_name(delivery.subscription, page_text),
        text.published(&shown_time(delivery.created_at)),
    ];
    if delivery.failures > 0 {
        facts.push(text.failures(u64::from(delivery.failures.unsigned_abs())));
    }
    facts.extend(what_next(&delivery));
    facts.extend(awaited);
    let error = delivery.last_error.map(|error| {
        view! {
            <p class="delivery-error">
                <code class="error-text">{error}</code>
            </p>
        }
    });
    view! {
        <li class="delivery card">
            <h3>
                <a href=delivery_path(delivery.delivery_id) rel="external">
                    {what_happened}
                </a>
            </h3>
            <span class=status_class(delivery.status)>{status_name(delivery.status, page_text)}</span>
            <p class="delivery-facts">{facts.join(" · ")}</p>
            {error}
        </li>
    }
}

/// When the delivery is tried next, or was finished.
fn what_next(delivery: &DeliverySummary) -> Option<String> {
    let text = text().queues().list();
    let time = shown_time(delivery.finished_at.or(delivery.due_at)?);
    match delivery.status {
        DeliveryStatus::Waiting => Some(text.next_attempt(&time)),
        // Until its lease runs out nothing is known of it.
        DeliveryStatus::InFlight => None,
        DeliveryStatus::Parked => Some(text.looked_at_again(&time)),
        DeliveryStatus::Done => Some(text.done(&time)),
        DeliveryStatus::Dead => Some(text.given_up(&time)),
        DeliveryStatus::Discarded => Some(text.discarded(&time)),
    }
}

/// The button that sets all dead letters free that match, behind a question.
#[component]
fn RetryAll(count: u64, asked: Asked) -> impl IntoView {
    let text = text().queues().list();
    view! {
        <details class="decision">
            <summary class="button button-quiet">{text.retry_all(count)}</summary>
            <form class="card form" method="post" action=RetryDeadLetters::url()>
                <p>{text.retry_all_explained(count)}</p>
                <input type="hidden" name=SUBSCRIPTION value=asked.subscription />
                <input type="hidden" name=ERROR value=asked.error />
                <button class="button" type="submit">
                    {text.retry_all_confirm(count)}
                </button>
            </form>
        </details>
    }
}
