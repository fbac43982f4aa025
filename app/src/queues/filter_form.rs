use contracts::{Subscription, queues::DeliveryStatus};
use leptos::prelude::*;

use super::{
    QUEUES_PATH,
    asked::{ANY_STATUS, Asked, ERROR, STATUS, SUBSCRIPTION},
    names::{status_name, subscription_name},
};
use crate::i18n::text;

/// A plain form: the address says which deliveries are shown, so it can be kept and sent on.
#[component]
pub(super) fn FilterForm(asked: Asked) -> impl IntoView {
    let page_text = text();
    let text = page_text.queues().list();
    let subscriptions = Subscription::ALL.map(|subscription| {
        view! {
            <option value=subscription.name() selected=asked.subscription == subscription.name()>
                {subscription_name(subscription, page_text)}
            </option>
        }
    });
    let statuses = DeliveryStatus::ALL.map(|status| {
        view! {
            <option value=status.name() selected=asked.status == status.name()>
                {status_name(status, page_text)}
            </option>
        }
    });
    view! {
        <search aria-label=text.filter()>
            <form class="deliveries-filter" method="get" action=QUEUES_PATH>
                <div class="field">
                    <label for=SUBSCRIPTION>{page_text.queues().subscription()}</label>
                    <select id=SUBSCRIPTION name=SUBSCRIPTION>
                        <option value="">{text.any_subscription()}</option>
                        {subscriptions.collect_view()}
                    </select>
                </div>
                <div class="field">
                    <label for=STATUS>{text.status()}</label>
                    <select id=STATUS name=STATUS>
                        {statuses.collect_view()}
                        <option value=ANY_STATUS selected=asked.status == ANY_STATUS>
                            {text.any_status()}
                        </option>
                    </select>
                </div>
                <div class="field">
                    <label for=ERROR>{text.error()}</label>
                    <input id=ERROR type="search" name=ERROR value=asked.error autocomplete="off" />
                </div>
                <button class="button button-quiet" type="submit">
                    {text.show()}
                </button>
            </form>
        </search>
    }
}
