use contracts::queues::DeliveryRecord;
use leptos::prelude::*;

use super::{delivery::delivery_path, names::subscription_name};
use crate::i18n::{locale, shown_time, text, written_day};

/// What is known of a delivery and of its event, as terms and what stands behind them.
#[component]
pub(super) fn Facts(
    record: DeliveryRecord,
    /// What it waits for, in words.
    awaited: Option<String>,
) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().delivery();
    let DeliveryRecord { summary, awaited_delivery_id, occurred_at, business_day, request_id, .. } = record;
    let awaited = awaited.map(|awaited| match awaited_delivery_id.map(delivery_path) {
        Some(path) => view! {
            <a href=path rel="external">
                {awaited}
            </a>
        }
        .into_any(),
        None => awaited.into_any(),
    });
    let facts = [
        (page_text.queues().subscription(), Some(subscription_name(summary.subscription, page_text).into_any())),
        (text.failures(), Some(summary.failures.to_string().into_any())),
        (text.awaits(), awaited),
        (text.next_attempt(), summary.due_at.map(|at| shown_time(at).into_any())),
        (text.finished(), summary.finished_at.map(|at| shown_time(at).into_any())),
        (text.published(), Some(shown_time(summary.created_at).into_any())),
        (text.event_kind(), Some(summary.subscription.kind().into_any())),
        (text.event_id(), Some(summary.event_id.to_string().into_any())),
        (text.occurred(), Some(shown_time(occurred_at).into_any())),
        (text.business_day(), Some(written_day(business_day.0, locale()).into_any())),
        (text.request_id(), request_id.map(IntoAny::into_any)),
    ];
    let facts = facts.into_iter().filter_map(|(term, fact)| {
        fact.map(|fact| {
            view! {
                <div>
                    <dt>{term}</dt>
                    <dd>{fact}</dd>
                </div>
            }
        })
    });
    let error = summary.last_error.map(|error| {
        view! {
            <div class="fact-wide">
                <dt>{text.last_error()}</dt>
                <dd>
                    <code class="error-text">{error}</code>
                </dd>
            </div>
        }
    });
    view! { <dl class="facts">{facts.collect_view()} {error}</dl> }
}
