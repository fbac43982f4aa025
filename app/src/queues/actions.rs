use contracts::{
    DeliveryId, ServiceError,
    queues::{DeliveryFilter, DeliveryStatus, DiscardReason, Queues},
};
use leptos::prelude::*;

use super::{
    asked::Asked,
    delivery::{CHANGED, delivery_path},
    overview::RETRIED,
};
use crate::{error::AppError, json::Json, own_path::OwnPath, service::service, session::actor, typed::TypedCookie};

/// The fields of the form that discards, as the arguments of [`discard_delivery`] are called.
pub(super) const DELIVERY_ID: &str = "delivery_id";
pub(super) const REASON: &str = "reason";

/// Lets a delivery be tried again.
#[server(endpoint = "retry_delivery", output = Json)]
pub(super) async fn retry_delivery(delivery_id: DeliveryId) -> Result<(), AppError> {
    service::<dyn Queues>().retry(actor()?, delivery_id).await?;
    show_change(delivery_id);
    Ok(())
}

/// Decides that a dead letter shall have no effect.
#[server(endpoint = "discard_delivery", output = Json)]
pub(super) async fn discard_delivery(delivery_id: DeliveryId, reason: String) -> Result<(), AppError> {
    match discard(delivery_id, &reason).await {
        Ok(()) => {
            TypedCookie::DISCARD.forget();
            show_change(delivery_id);
            Ok(())
        }
        Err(error) => {
            TypedCookie::DISCARD.keep(&[(DELIVERY_ID, &delivery_id.to_string()), (REASON, &reason)]);
            Err(error.into())
        }
    }
}

async fn discard(delivery_id: DeliveryId, reason: &str) -> Result<(), ServiceError> {
    let actor = actor()?;
    let reason = DiscardReason::parse(reason).map_err(ServiceError::Invalid)?;
    service::<dyn Queues>().discard(actor, delivery_id, &reason).await
}

/// Lets every dead letter be tried again that the filter lets pass; answers how many.
#[server(endpoint = "retry_dead_letters", output = Json)]
pub(super) async fn retry_dead_letters(subscription: String, error: String) -> Result<u64, AppError> {
    let filter = DeliveryFilter::parse(&subscription, "", &error).map_err(ServiceError::Invalid)?;
    let retried = service::<dyn Queues>().retry_all(actor()?, &filter).await?;
    let asked = Asked { subscription, status: DeliveryStatus::Dead.name().to_owned(), error, before: None };
    OwnPath::from(asked.path()).with_parameter(RETRIED, &retried.to_string()).redirect_plain_form();
    Ok(retried)
}

fn show_change(delivery_id: DeliveryId) {
    OwnPath::from(delivery_path(delivery_id)).with_parameter(CHANGED, "").redirect_plain_form();
}

/// The reason that was typed and refused a moment ago; nothing where none was, or for another delivery.
pub(super) fn typed_reason(delivery_id: DeliveryId) -> String {
    let headers = expect_context::<http::request::Parts>().headers;
    let is_for_this = TypedCookie::DISCARD.read(&headers, DELIVERY_ID) == delivery_id.to_string();
    if is_for_this { TypedCookie::DISCARD.read(&headers, REASON) } else { String::new() }
}
