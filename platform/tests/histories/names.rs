//! What the numbers of a history are in the database.

use std::collections::BTreeMap;

use contracts::{EventId, Subscription};
use platform::bus::AttemptKey;
use sqlx::PgConnection;

use super::step::{DispatchNo, EventNo};

#[derive(Default)]
pub(crate) struct Names(BTreeMap<EventNo, Named>);

struct Named {
    event_id: EventId,
    subscription: Subscription,
    delivery_id: i64,
}

impl Names {
    /// Adds an event that was just published.
    pub(crate) async fn add(&mut self, connection: &mut PgConnection, event: EventNo, event_id: EventId) {
        let query = sqlx::query_as("SELECT delivery_id, subscription FROM bus.delivery WHERE event_id = $1").bind(event_id.0);
        let (delivery_id, subscription): (i64, String) = query.fetch_one(connection).await.expect("its delivery");
        let subscription = Subscription::named(&subscription).expect("a subscription");
        self.0.insert(event, Named { event_id, subscription, delivery_id });
    }

    pub(crate) fn event_id(&self, event: EventNo) -> EventId {
        self.0[&event].event_id
    }

    pub(crate) fn subscription(&self, event: EventNo) -> Subscription {
        self.0[&event].subscription
    }

    pub(crate) fn delivery_id(&self, event: EventNo) -> i64 {
        self.0[&event].delivery_id
    }

    /// The event of this id.
    pub(crate) fn event(&self, event_id: EventId) -> EventNo {
        self.find(|named| named.event_id == event_id)
    }

    /// The event of the delivery of this id.
    pub(crate) fn delivery(&self, delivery_id: i64) -> EventNo {
        self.find(|named| named.delivery_id == delivery_id)
    }

    pub(crate) fn attempt(&self, key: AttemptKey) -> DispatchNo {
        DispatchNo { event: self.delivery(key.delivery_id), no: key.attempt_no }
    }

    fn find(&self, is: impl Fn(&Named) -> bool) -> EventNo {
        *self.0.iter().find(|(_, named)| is(named)).expect("it is of this history").0
    }
}
