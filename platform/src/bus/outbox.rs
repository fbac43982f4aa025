use std::sync::Arc;

use contracts::{Event, EventId, Fact, Moment, Subscription};
use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::sync::Notify;

use crate::{randomness::Randomness, request_id};

/// Where a service records what happened, in the transaction that made it happen.
#[derive(Debug, Clone)]
pub struct Outbox {
    randomness: Randomness,
    wake: Wake,
}

/// Tells the relay of this process that events were committed, so that they need not wait for its next poll. A lost wake-up
/// costs a moment, nothing else.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes the relay, or lets its next wait end at once.
    pub fn call(&self) {
        self.0.notify_one();
    }

    /// Waits for a call.
    pub async fn called(&self) {
        self.0.notified().await;
    }
}

impl Outbox {
    /// An outbox whose event ids come from `randomness` and whose relay hears `wake`.
    #[must_use]
    pub const fn new(randomness: Randomness, wake: Wake) -> Self {
        Self { randomness, wake }
    }

    /// An event for something that happens in the transaction of `occurred`.
    #[must_use]
    pub fn event(&self, occurred: Moment, fact: Fact) -> Event {
        Event { event_id: EventId(self.randomness.id(occurred.at)), occurred, fact }
    }

    /// Records events and one delivery per subscription to each. Nothing is heard of them until `connection` commits.
    pub async fn record(&self, connection: &mut PgConnection, events: &[Event]) -> sqlx::Result<()> {
        let request_id = request_id::current();
        let rows: Vec<Value> = events.iter().map(|event| row(event, request_id.as_deref())).collect();
        sqlx::query!("SELECT bus.publish($1)", Value::Array(rows)).execute(connection).await.map(drop)
    }

    /// To be called after the commit: the relay of this process takes the events on at once.
    pub fn committed(&self) {
        self.wake.call();
    }
}

/// What `bus.publish` reads of an event.
fn row(event: &Event, request_id: Option<&str>) -> Value {
    let kind = event.fact.kind();
    let mut row = json!(event.fact); // `kind` and `payload`
    let deliveries: Vec<Value> = Subscription::ALL
        .into_iter()
        .filter(|subscription| subscription.kind() == kind)
        .map(|subscription| json!({"subscription": subscription.name(), "provides": subscription.provides(&event.fact).map(String::from)}))
        .collect();
    row["event_id"] = json!(event.event_id);
    row["occurred_at"] = json!(event.occurred.at);
    row["business_day"] = json!(event.occurred.day);
    row["request_id"] = json!(request_id);
    row["deliveries"] = Value::Array(deliveries);
    row
}
