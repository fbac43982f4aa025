use contracts::queues::{BusState, DeliveryStatus, QueueState};
use i18n::integer;
use leptos::prelude::*;

use super::{asked::Asked, names::subscription_name};
use crate::i18n::{locale, text, written_age};

/// How much each subscription has to do. The numbers lead to the deliveries they count.
#[component]
pub(super) fn SubscriptionsTable(state: BusState) -> impl IntoView {
    let text = text().queues();
    let BusState { at, queues, .. } = state;
    let rows = queues
        .into_iter()
        .map(|queue| {
            let oldest = queue.oldest_unfinished_at.map(|oldest| written_age(at - oldest, locale()));
            view! { <SubscriptionRow queue oldest /> }
        })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=text.subscriptions_scroll()>
            <table class="figures-table subscriptions-table">
                <caption class="visually-hidden">{text.subscriptions()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text.subscription()}</th>
                        <th scope="col">{text.waiting()}</th>
                        <th scope="col">{text.in_flight()}</th>
                        <th scope="col">{text.parked()}</th>
                        <th scope="col">{text.done_last_minute()}</th>
                        <th scope="col">{text.dead()}</th>
                        <th scope="col">{text.oldest()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn SubscriptionRow(
    queue: QueueState,
    /// How old the oldest delivery is that is not finished.
    oldest: Option<String>,
) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues();
    let counts = [
        (DeliveryStatus::Waiting, queue.waiting, text.waiting()),
        (DeliveryStatus::InFlight, queue.in_flight, text.in_flight()),
        (DeliveryStatus::Parked, queue.parked, text.parked()),
        (DeliveryStatus::Done, queue.done_last_minute, text.done_last_minute()),
        (DeliveryStatus::Dead, queue.dead, text.dead()),
    ];
    let cells = counts.map(|(status, count, label)| {
        let number = integer(locale(), count.unsigned_abs());
        let number = if count == 0 {
            number.into_any()
        } else {
            let class = if status == DeliveryStatus::Dead { "count-dead" } else { "" };
            let path = Asked::queue(queue.subscription, status).path();
            view! {
                <a class=class href=path rel="external">
                    {number}
                </a>
            }
            .into_any()
        };
        view! { <td data-label=label>{number}</td> }
    });
    view! {
        <tr>
            <th scope="row">{subscription_name(queue.subscription, page_text)}</th>
            {cells.collect_view()}
            <td data-label=text.oldest()>{oldest.unwrap_or_else(|| text.nothing_unfinished().to_owned())}</td>
        </tr>
    }
}
