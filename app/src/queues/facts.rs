use contracts::queues::DeliveryRecord;
use leptos::prelude::*;

use super::names::subscription_name;
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
    let DeliveryRecord { summary, occurred_at, business_day, request_id, .. } = record;
    let facts = [
        (page_text.queues().subscription(), Some(subscription_name(summary.subscription, page_text))),
        (text.failures(), Some(summary.failures.to_string())),
        (text.awaits(), awaited),
        (text.next_attempt(), summary.due_at.map(shown_time)),
        (text.finished(), summary.finished_at.map(shown_time)),
        (text.published(), Some(shown_time(summary.created_at))),
        (text.event_kind(), Some(summary.subscription.kind().to_owned())),
        (text.event_id(), Some(summary.event_id.to_string())),
        (text.occurred(), Some(shown_time(occurred_at))),
        (text.business_day(), Some(written_day(business_day.0, locale()))),
        (text.request_id(), request_id),
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
