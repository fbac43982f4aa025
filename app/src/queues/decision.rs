use contracts::{
    DeliveryId, Field,
    queues::{DeliveryStatus, REASON_CHARS_MAX},
};
use i18n::integer;
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::actions::{DELIVERY_ID, DiscardDelivery, REASON, RetryDelivery, typed_reason};
use crate::{
    design::TextField,
    error::AppError,
    i18n::{locale, text},
};

/// What a person may decide about a delivery, as far as its status allows. The bus has the last word.
#[component]
pub(super) fn Decisions(
    delivery_id: DeliveryId,
    status: DeliveryStatus,
    /// Why the last decision was not accepted.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().queues().delivery();
    let retry = || {
        view! {
            <form method="post" action=RetryDelivery::url()>
                <input type="hidden" name=DELIVERY_ID value=delivery_id.to_string() />
                <button class="button" type="submit" aria-describedby="retry-hint">
                    {text.retry()}
                </button>
            </form>
            <p id="retry-hint" class="field-hint">
                {text.retry_hint()}
            </p>
        }
    };
    match status {
        DeliveryStatus::Waiting | DeliveryStatus::Parked => view! { <div class="decisions">{retry()}</div> }.into_any(),
        DeliveryStatus::Dead => view! {
            <div class="decisions">{retry()} <Discard delivery_id refused /></div>
        }
        .into_any(),
        DeliveryStatus::InFlight => view! { <p>{text.in_flight()}</p> }.into_any(),
        DeliveryStatus::Done | DeliveryStatus::Discarded => ().into_any(),
    }
}

/// The form that discards, behind a question: a reason has to be given, and it cannot be undone.
#[component]
fn Discard(delivery_id: DeliveryId, refused: Option<AppError>) -> impl IntoView {
    let text = text().queues().delivery();
    let typed = typed_reason(delivery_id);
    let is_refused = refused.as_ref().and_then(AppError::field) == Some(Field::Reason);
    let hint = text.reason_hint(&integer(locale(), REASON_CHARS_MAX as u64));
    view! {
        <details class="decision" open=is_refused>
            <summary class="button button-quiet">{text.discard()}</summary>
            <form class="card form" method="post" action=DiscardDelivery::url() novalidate=true>
                <p>{text.discard_explained()}</p>
                <input type="hidden" name=DELIVERY_ID value=delivery_id.to_string() />
                <TextField
                    field=Field::Reason
                    name=REASON
                    rows="4"
                    label=text.reason()
                    hint
                    value=Signal::stored(typed)
                    error=Signal::stored(refused)
                />
                <button class="button button-danger" type="submit">
                    {text.discard_confirm()}
                </button>
            </form>
        </details>
    }
}
