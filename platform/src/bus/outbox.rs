use std::sync::Arc;

use contracts::{Changed, Event, EventId, Fact, Hint, Moment, Subscription};
use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::sync::Notify;

use super::hints::Hints;
use crate::{randomness::Randomness, request_id};

/// Where a service records what happened, in the transaction that made it happen.
#[derive(Debug, Clone)]
pub struct Outbox {
    randomness: Randomness,
    wake: Wake,
    hints: Hints,
}

/// What was recorded in a transaction. Once that is committed it is for [`Outbox::committed`]; if it is not, nothing happened.
#[derive(Debug, Default)]
#[must_use = "`Outbox::committed` is to know of it as soon as the transaction is committed"]
pub struct Recorded(Changed);

impl Recorded {
    /// Pages that show these things ask again, too: for what no event tells of.
    pub fn and(mut self, hints: impl IntoIterator<Item = Hint>) -> Self {
        self.0.add(Changed::These(hints.into_iter().collect()));
        self
    }
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
    pub fn new(randomness: Randomness, wake: Wake) -> Self {
        Self { randomness, wake, hints: Hints::default() }
    }

    /// What has changed by what was recorded, for who passes it on to pages.
    #[must_use]
    pub fn hints(&self) -> Hints {
        self.hints.clone()
    }

    /// An event for something that happens in the transaction of `occurred`, on behalf of the current request.
    #[must_use]
    pub fn event(&self, occurred: Moment, fact: Fact) -> Event {
        self.event_on_behalf_of(request_id::current(), occurred, fact)
    }

    /// An event that follows from `cause`.
    #[must_use]
    pub fn event_caused_by(&self, cause: &Event, occurred: Moment, fact: Fact) -> Event {
        self.event_on_behalf_of(cause.request_id.clone(), occurred, fact)
    }

    fn event_on_behalf_of(&self, request_id: Option<String>, occurred: Moment, fact: Fact) -> Event {
        Event { event_id: EventId(self.randomness.id(occurred.at)), occurred, fact, request_id }
    }

    /// Records events and one delivery per subscription to each. Nothing is heard of them until `connection` commits.
    pub async fn record(&self, connection: &mut PgConnection, events: &[Event]) -> sqlx::Result<Recorded> {
        let (mut delivered_event_ids, mut subscriptions, mut provided) = (Vec::new(), Vec::new(), Vec::new());
        for event in events {
            let kind = event.fact.kind();
            for subscription in Subscription::ALL.into_iter().filter(|subscription| subscription.kind() == kind) {
                delivered_event_ids.push(event.event_id.0);
                subscriptions.push(subscription.name().to_owned());
                provided.push(subscription.provides(&event.fact).map(String::from));
            }
        }
        let payloads: Vec<Value> = events.iter().map(|event| json!(event.fact)["payload"].take()).collect();
        sqlx::query!(
            "SELECT bus.publish($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &column(events, |event| event.event_id.0),
            &column(events, |event| event.fact.kind().to_owned()),
            &column(events, |event| event.occurred.at),
            &column(events, |event| event.occurred.day.0),
            &payloads,
            &column(events, |event| event.request_id.clone()) as _,
            &delivered_event_ids,
            &subscriptions,
            &provided as _
        )
        .execute(connection)
        .await?;
        Ok(Recorded(Changed::These(events.iter().filter_map(|event| Hint::of(&event.fact)).collect())))
    }

    /// To be called after the commit: the relay of this process takes the events on at once, and pages hear of what changed.
    pub fn committed(&self, recorded: Recorded) {
        self.wake.call();
        self.hints.add(recorded.0);
    }
}

/// One column of many events, as PostgreSQL takes it.
fn column<T>(events: &[Event], value: impl Fn(&Event) -> T) -> Vec<T> {
    events.iter().map(value).collect()
}
