//! The relay: from the record to the wire. It claims deliveries that are due and pushes their numbers to Redis.

use std::{collections::HashMap, time::Duration};

use apalis_redis::ConnectionManager;
use contracts::Subscription;
use platform::bus::{Deliveries, Dispatch, Wake};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::wire::{Wire, WireError};

/// How often the relay looks for due deliveries when nobody wakes it: events of other processes wait this long at most.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How many deliveries are in Redis at most. apalis-redis unpacks a whole queue at each fetch and wedges at about 8,000; the
/// rest waits in PostgreSQL.
const IN_FLIGHT_MAX: i64 = 2_000;

/// How many deliveries are claimed at a time: a short transaction.
const CLAIM_MAX: i64 = 500;

/// How long the relay and its deliveries rest after PostgreSQL or Redis failed.
const OUTAGE_PAUSE: Duration = Duration::from_secs(2);

pub(crate) struct Relay {
    deliveries: Deliveries,
    wire: Wire,
    connection: OnceCell<ConnectionManager>,
    wake: Wake,
}

impl Relay {
    pub(crate) fn new(deliveries: Deliveries, wire: Wire, wake: Wake) -> Self {
        Self { deliveries, wire, connection: OnceCell::new(), wake }
    }

    pub(crate) async fn run(self, shutdown: CancellationToken) {
        loop {
            let pause = match self.hand_out().await {
                Ok(()) => POLL_INTERVAL,
                Err(error) => {
                    tracing::warn!(%error, "deliveries cannot be handed out: PostgreSQL does not answer");
                    OUTAGE_PAUSE
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = self.wake.called() => {}
            }
        }
    }

    async fn push(&self, subscription: Subscription, dispatches: &[Dispatch]) -> Result<(), WireError> {
        // Once connected, the connection reconnects by itself.
        let connection = self.connection.get_or_try_init(|| self.wire.connect()).await?;
        Wire::push(connection, subscription, dispatches).await
    }

    /// Hands out what is due, until nothing is or Redis holds enough.
    async fn hand_out(&self) -> sqlx::Result<()> {
        loop {
            let room = IN_FLIGHT_MAX - self.deliveries.in_flight().await?;
            if room <= 0 {
                return Ok(());
            }
            let limit = room.min(CLAIM_MAX);
            let claimed = self.deliveries.claim(limit).await?;
            let all = i64::try_from(claimed.len()).is_ok_and(|claimed| claimed < limit);
            for (subscription, dispatches) in by_subscription(claimed) {
                if let Err(error) = self.push(subscription, &dispatches).await {
                    tracing::warn!(%error, subscription = subscription.name(), "deliveries cannot be handed out: Redis does not answer");
                    self.deliveries.take_back(&dispatches, OUTAGE_PAUSE).await?;
                }
            }
            if all {
                return Ok(());
            }
        }
    }
}

fn by_subscription(dispatches: Vec<Dispatch>) -> HashMap<Subscription, Vec<Dispatch>> {
    let mut grouped: HashMap<Subscription, Vec<Dispatch>> = HashMap::new();
    for dispatch in dispatches {
        grouped.entry(dispatch.subscription).or_default().push(dispatch);
    }
    grouped
}
