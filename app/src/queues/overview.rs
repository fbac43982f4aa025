use contracts::{
    ServiceError,
    queues::{BusState, Queues},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use super::{
    actions::RetryDeadLetters,
    asked::Asked,
    deliveries::{DeliveriesPart, DeliveriesSection},
    filter_form::FilterForm,
    subscriptions::SubscriptionsTable,
    trouble_in_words,
};
use crate::{
    design::{ErrorNotice, ProblemNotice, refusal},
    error::AppError,
    i18n::{CompanyTimeZone, locale, shown_time, text},
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// The parameter that says how many dead letters have just been set free.
pub(super) const RETRIED: &str = "retried";

/// All queues: how they are, and a part of their deliveries.
pub(super) fn queues_page() -> AnyView {
    let query = use_query_map();
    let asked = Asked::of(&query.read_untracked());
    let refused = refusal(RetryDeadLetters::PATH);
    // A refusal comes back to the address it was sent from, which may tell of older news.
    let retried = query.read_untracked().get_str(RETRIED).and_then(|count| count.parse().ok()).filter(|_| refused.is_none());
    server_made(async move {
        let state = state().await;
        let part = DeliveriesPart::of(&asked).await.map_err(AppError::from);
        let page = view! { <Overview asked state part retried refused /> };
        Made { title: text().queues().title().to_owned(), markup: page.to_html() }
    })
}

async fn state() -> Result<BusState, ServiceError> {
    service::<dyn Queues>().state(actor()?).await
}

#[component]
fn Overview(
    asked: Asked,
    state: Result<BusState, ServiceError>,
    part: Result<DeliveriesPart, AppError>,
    /// How many dead letters were set free a moment ago.
    retried: Option<u64>,
    /// Why they were not.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().queues();
    let state = match state {
        Ok(state) => view! { <State state /> }.into_any(),
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    let news = retried.map(|count| view! { <p class="notice">{text.list().retried(count)}</p> });
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let part = match part {
        Ok(part) => view! { <DeliveriesSection part asked=asked.clone() /> }.into_any(),
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    view! {
        <div class="admin-page">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {news}
            {refused}
            {state}
            <section class="deliveries" aria-labelledby="deliveries">
                <h2 id="deliveries">{text.list().headline()}</h2>
                <FilterForm asked />
                {part}
            </section>
        </div>
    }
}

/// Whether somebody works on events, and how much there is to do.
#[component]
fn State(state: BusState) -> impl IntoView {
    let text = text().queues();
    let trouble = trouble_in_words(&state, CompanyTimeZone::current(), locale());
    let working = trouble.is_none().then(|| view! { <p>{text.working(state.relays_at_work().count() as u64)}</p> });
    let trouble = trouble.map(|trouble| {
        view! {
            <ProblemNotice>
                <p>{trouble}</p>
            </ProblemNotice>
        }
    });
    let failing = state.relays_at_work().filter_map(|relay| {
        let (since, error) = (relay.redis_failing_since?, relay.redis_error.clone()?);
        Some(view! {
            <p class="relay-failing">
                {text.relay_failing(&shown_time(since))} " " <code class="error-text">{error}</code>
            </p>
        })
    });
    let failing = failing.collect_view();
    view! {
        <section class="bus-state" aria-labelledby="bus-state">
            <h2 id="bus-state">{text.state()}</h2>
            {trouble}
            {working}
            {failing}
            <SubscriptionsTable state=state.clone() />
            <p class="field-hint">
                {text.as_of(&shown_time(state.at))} " " <a href="" rel="external">{text.refresh()}</a>
            </p>
        </section>
    }
}
