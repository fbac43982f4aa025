//! The event bus: how the queues are, and what is in them.

#![expect(unused_qualifications, reason = "the document's macro qualifies what it is given")]

use std::slice;

use app::queues::DeliveryWords;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use contracts::{
    DeliveryId, Field, FieldProblem, InvalidField, Locale, ServiceError, Subscription,
    queues::{BusState, BusTrouble, DELIVERIES_PAGE_MAX, DeliveryFilter, DeliveryRecord, DeliveryStatus, DeliverySummary},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wiring::Services;

use super::problem::{Problem, locale_of};
use crate::session::LoggedIn;

/// The state of the bus, and what keeps events from being worked on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BusAnswer {
    #[serde(flatten)]
    state: BusState,
    /// The worst of what keeps events from being worked on; nothing where nothing does.
    trouble: Option<BusTrouble>,
}

/// How the queues are, and who works on them.
#[utoipa::path(
    get, path = "/api/v1/bus", tag = "bus", security(("session" = [])),
    responses(
        (status = 200, description = "The state now", body = BusAnswer),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn state(State(services): State<Services>, session: LoggedIn, headers: HeaderMap) -> Result<Json<BusAnswer>, Problem> {
    let state = services.queues.state(session.actor()).await.map_err(|error| Problem::of(error, &headers))?;
    Ok(Json(BusAnswer { trouble: state.trouble(), state }))
}

/// Which deliveries. What is left out or empty filters nothing.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub(crate) struct DeliveriesParameters {
    /// Of this subscription.
    #[serde(default)]
    #[param(value_type = Option<Subscription>)]
    subscription: String,
    /// Of this status.
    #[serde(default)]
    #[param(value_type = Option<DeliveryStatus>)]
    status: String,
    /// Whose last error holds this, in any case: at most 200 characters.
    #[serde(default)]
    #[param(required = false)]
    error: String,
    /// The lowest number of the part before.
    #[serde(default)]
    #[param(value_type = Option<i64>)]
    before: String,
    /// How many: 1 to 100; 100 where it is left out.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: String,
}

impl DeliveriesParameters {
    fn read(&self) -> Result<(DeliveryFilter, Option<DeliveryId>, usize), ServiceError> {
        let malformed = |field| ServiceError::Invalid(InvalidField { field, problem: FieldProblem::Malformed });
        let filter = DeliveryFilter::parse(&self.subscription, &self.status, &self.error).map_err(ServiceError::Invalid)?;
        let before = match self.before.as_str() {
            "" => None,
            number => Some(number.parse().map_err(|_| malformed(Field::Before))?),
        };
        let limit = match self.limit.as_str() {
            "" => DELIVERIES_PAGE_MAX,
            number => number.parse().map_err(|_| malformed(Field::Limit))?,
        };
        match limit {
            0 => Err(malformed(Field::Limit)),
            1..=DELIVERIES_PAGE_MAX => Ok((filter, before, limit)),
            _ => Err(ServiceError::TooMany { max: DELIVERIES_PAGE_MAX }),
        }
    }
}

/// What a delivery is about, in the language of `Accept-Language`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InWords {
    /// What happened.
    #[schema(example = "Task #12 “Peel the nuts” was assigned to Kesha")]
    what_happened: String,
    /// Whom it affects that the delivery has not had its effect; nothing where it had, or shall have none.
    consequence: Option<String>,
    /// What it waits for, or did when it was given up.
    awaited: Option<String>,
}

/// A delivery, also in words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryAnswer {
    #[serde(flatten)]
    delivery: DeliverySummary,
    in_words: InWords,
}

/// Everything about a delivery, also in words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordAnswer {
    #[serde(flatten)]
    record: DeliveryRecord,
    in_words: InWords,
}

/// Deliveries, newest first.
#[utoipa::path(
    get, path = "/api/v1/bus/deliveries", tag = "bus", security(("session" = [])), params(DeliveriesParameters),
    responses(
        (status = 200, description = "The deliveries", body = Vec<DeliveryAnswer>),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such subscription or status, or no number", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn deliveries(
    State(services): State<Services>,
    session: LoggedIn,
    Query(parameters): Query<DeliveriesParameters>,
    headers: HeaderMap,
) -> Result<Json<Vec<DeliveryAnswer>>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let (filter, before, limit) = parameters.read().map_err(problem)?;
    let deliveries = services.queues.deliveries(session.actor(), &filter, before, limit).await.map_err(problem)?;
    let words = look_up(&services, locale_of(&headers), &deliveries).await;
    let answer = |delivery| DeliveryAnswer { in_words: in_words(&words, &delivery), delivery };
    Ok(Json(deliveries.into_iter().map(answer).collect()))
}

/// Everything about one delivery: its event, every attempt without effect, what people did.
#[utoipa::path(
    get, path = "/api/v1/bus/deliveries/{delivery_id}", tag = "bus", security(("session" = [])),
    params(("delivery_id" = i64, Path, description = "The delivery's number")),
    responses(
        (status = 200, description = "The delivery", body = RecordAnswer),
        (status = 401, description = "There is no session", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller is no admin", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or it was done so long ago that it is gone", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delivery(
    State(services): State<Services>,
    session: LoggedIn,
    Path(delivery_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<RecordAnswer>, Problem> {
    let problem = |error| Problem::of(error, &headers);
    let delivery_id = delivery_id.parse().map_err(|_| problem(ServiceError::NotFound))?;
    let record = services.queues.delivery(session.actor(), delivery_id).await.map_err(problem)?;
    let words = look_up(&services, locale_of(&headers), slice::from_ref(&record.summary)).await;
    Ok(Json(RecordAnswer { in_words: in_words(&words, &record.summary), record }))
}

async fn look_up(services: &Services, locale: Locale, deliveries: &[DeliverySummary]) -> DeliveryWords {
    DeliveryWords::look_up(locale, deliveries, &[], &*services.tracker, &*services.directory).await
}

fn in_words(words: &DeliveryWords, delivery: &DeliverySummary) -> InWords {
    InWords { what_happened: words.what_happened(delivery), consequence: words.consequence(delivery), awaited: words.awaited(delivery) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl FnOnce(&mut DeliveriesParameters)) -> Result<(DeliveryFilter, Option<DeliveryId>, usize), ServiceError> {
        let mut parameters = DeliveriesParameters::default();
        change(&mut parameters);
        parameters.read()
    }

    #[test]
    fn what_is_left_out_filters_nothing() {
        assert_eq!(read(|_| {}), Ok((DeliveryFilter::default(), None, DELIVERIES_PAGE_MAX)));
        let (filter, before, limit) = read(|parameters| {
            parameters.status = "dead".to_owned();
            parameters.before = "17".to_owned();
            parameters.limit = "5".to_owned();
        })
        .expect("readable parameters");
        assert_eq!((filter.status, before, limit), (Some(DeliveryStatus::Dead), Some(DeliveryId(17)), 5));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let problem = |change: fn(&mut DeliveriesParameters)| match read(change) {
            Err(ServiceError::Invalid(invalid)) => Some(invalid.field),
            _ => None,
        };
        assert_eq!(problem(|parameters| parameters.subscription = "accounting".to_owned()), Some(Field::Subscription));
        assert_eq!(problem(|parameters| parameters.status = "lost".to_owned()), Some(Field::Status));
        assert_eq!(problem(|parameters| parameters.error = "x".repeat(201)), Some(Field::ErrorPart));
        assert_eq!(problem(|parameters| parameters.before = "newest".to_owned()), Some(Field::Before));
        assert_eq!(problem(|parameters| parameters.limit = "0".to_owned()), Some(Field::Limit));
        assert_eq!(read(|parameters| parameters.limit = "101".to_owned()), Err(ServiceError::TooMany { max: 100 }));
    }
}
