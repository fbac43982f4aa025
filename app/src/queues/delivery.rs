use contracts::{
    DeliveryId, ServiceError,
    auth::Directory,
    queues::{DeliveryRecord, InterventionKind, Queues},
    tracker::Tracker,
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    DeliveryWords, QUEUES_PATH,
    actions::{DiscardDelivery, RetryDelivery},
    attempts::Attempts,
    decision::Decisions,
    facts::Facts,
    interventions::Interventions,
    names::{status_class, status_name},
};
use crate::{
    design::{ErrorNotice, refusal},
    error::AppError,
    i18n::{locale, text},
    not_found::NotFoundPage,
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// The parameter that says that the delivery has just been changed. What was done, its interventions tell.
pub(super) const CHANGED: &str = "changed";

/// The address of the page about one delivery.
pub(super) fn delivery_path(delivery_id: DeliveryId) -> String {
    format!("{QUEUES_PATH}/{delivery_id}")
}

/// Everything about one delivery, and what may be done with it.
pub(super) fn delivery_page() -> AnyView {
    let delivery_id = use_params_map().read_untracked().get_str("delivery_id").and_then(|number| number.parse().ok());
    let refused = refusal(RetryDelivery::PATH).or_else(|| refusal(DiscardDelivery::PATH));
    // A refusal comes back to the address it was sent from, which may tell of older news.
    let is_changed = use_query_map().read_untracked().get_str(CHANGED).is_some() && refused.is_none();
    server_made(async move {
        let found = match delivery_id {
            Some(delivery_id) => look_up(delivery_id).await,
            None => Err(ServiceError::NotFound),
        };
        match found {
            Ok((record, words)) => Made {
                title: text().queues().delivery().title(&record.summary.delivery_id.to_string()),
                markup: view! { <Delivery record words is_changed refused /> }.to_html(),
            },
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => {
                Made { title: text().queues().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() }
            }
        }
    })
}

async fn look_up(delivery_id: DeliveryId) -> Result<(DeliveryRecord, DeliveryWords), ServiceError> {
    let record = service::<dyn Queues>().delivery(actor()?, delivery_id).await?;
    let people: Vec<_> = record.interventions.iter().filter_map(|intervention| intervention.user_id).collect();
    let deliveries = std::slice::from_ref(&record.summary);
    let words = DeliveryWords::look_up(locale(), deliveries, &people, &*service::<dyn Tracker>(), &*service::<dyn Directory>()).await;
    Ok((record, words))
}

#[component]
pub(super) fn Delivery(
    record: DeliveryRecord,
    words: DeliveryWords,
    /// Whether it was changed a moment ago.
    is_changed: bool,
    /// Why it was not.
    refused: Option<AppError>,
) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().delivery();
    let delivery = record.summary.clone();
    let news = record.interventions.last().filter(|_| is_changed).map(|last| {
        let sentence = match last.action {
            InterventionKind::Retry => text.retried(),
            InterventionKind::Discard => text.discarded(),
        };
        view! { <p class="notice">{sentence}</p> }
    });
    // What is wrong with the reason stands at its field.
    let problem = refused.clone().filter(|error| error.field().is_none()).map(|error| view! { <ErrorNotice error /> });
    let consequence = words.consequence(&delivery).map(|consequence| view! { <p>{consequence}</p> });
    let payload = serde_json::to_string_pretty(&record.payload).unwrap_or_default();
    view! {
        <div class="admin-page">
            <a href=QUEUES_PATH rel="external">
                {page_text.queues().back()}
            </a>
            <h1>
                {text.title(&delivery.delivery_id.to_string())} " "
                <span class=status_class(delivery.status)>{status_name(delivery.status, page_text)}</span>
            </h1>
            {news}
            {problem}
            <div class="delivery-story">
                <p class="delivery-fact">{words.what_happened(&delivery)}"."</p>
                {consequence}
            </div>
            <Decisions delivery_id=delivery.delivery_id status=delivery.status refused />
            <Facts record=record.clone() awaited=delivery.awaits.as_ref().map(|key| words.awaited_thing(key)) />
            <section class="delivery-part" aria-labelledby="payload">
                <h2 id="payload">{text.payload()}</h2>
                <pre class="payload">{payload}</pre>
            </section>
            <Attempts attempts=record.attempts words=words.clone() />
            <Interventions interventions=record.interventions words />
        </div>
    }
}
