//! What a service has applied, for one that builds its tables once more from the stored events.

use contracts::{BusinessDay, Event, EventId, Moment, Subscription};
use sqlx::PgConnection;
use uuid::Uuid;

use super::deliveries::read_fact;

/// The stored events of these subscriptions of the calling service that it has applied, or has no delivery of: those after `after`, in the
/// order of their ids, at most `count_max`. What is still to be delivered, was given up or was discarded is not among them.
///
/// # Errors
/// [`sqlx::Error::Decode`] where an event cannot be read.
pub async fn applied_events(
    connection: &mut PgConnection,
    subscriptions: &[Subscription],
    after: Option<EventId>,
    count_max: i32,
) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"SELECT event_id AS "event_id!", kind AS "kind!", occurred_at AS "occurred_at!", business_day AS "business_day!",
               payload AS "payload!", request_id
           FROM bus.applied_events($1, $2, $3)"#,
        after.map_or(Uuid::nil(), |event_id| event_id.0),
        &kinds(subscriptions),
        count_max
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let fact = read_fact(&row.kind, row.payload).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            let occurred = Moment { at: row.occurred_at, day: BusinessDay(row.business_day) };
            Ok(Event { event_id: EventId(row.event_id), occurred, fact, request_id: row.request_id })
        })
        .collect()
}

/// How many events of these subscriptions are stored.
pub async fn event_count(connection: &mut PgConnection, subscriptions: &[Subscription]) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"SELECT bus.event_count($1) AS "count!""#, &kinds(subscriptions)).fetch_one(connection).await
}

fn kinds(subscriptions: &[Subscription]) -> Vec<String> {
    subscriptions.iter().map(|subscription| subscription.kind().to_owned()).collect()
}
