//! What works in the background. PostgreSQL is the record of what is to be done; apalis and Redis carry the numbers of
//! deliveries to whichever process has a hand free, and may lose, repeat or reorder them.

mod deliver;
mod job;
mod limits;
mod payroll;
mod relay;
mod supervisor;
mod ticks;
mod upkeep;
mod wire;

use std::{sync::Arc, time::Duration};

use contracts::payroll::PayrollWork;
use platform::{
    bus::{AnyReaction, Deliveries, Wake},
    randomness::Randomness,
};
use tokio_util::sync::CancellationToken;

pub use self::wire::{Wire, WireError};
use self::{deliver::Deliverer, limits::SHUTDOWN_PATIENCE, relay::Relay};

/// What the background work of a process needs.
pub struct Jobs {
    /// The state machine of deliveries.
    pub deliveries: Deliveries,
    /// What services do when they hear of events.
    pub reactions: Vec<Arc<dyn AnyReaction>>,
    /// The nightly payroll.
    pub payroll: Arc<dyn PayrollWork>,
    /// Tells the relay that this process committed events.
    pub wake: Wake,
    /// Redis.
    pub wire: Wire,
    /// Chance, for back-off.
    pub randomness: Randomness,
    /// How long deliveries that are done are kept.
    pub done_kept: Duration,
}

impl Jobs {
    /// Works until `shutdown` is cancelled, then finishes what has begun.
    ///
    /// Outages of PostgreSQL and Redis are waited out; nothing that happens to them ends this.
    pub async fn run(self, shutdown: CancellationToken) {
        let Self { deliveries, reactions, payroll, wake, wire, randomness, done_kept } = self;
        let deliverer = Arc::new(Deliverer::new(deliveries.clone(), reactions, wake.clone(), randomness.clone(), shutdown.clone()));
        let relay = Relay::new(deliveries.clone(), deliverer.subscriptions().collect(), wire.clone(), wake, randomness);
        tokio::join!(
            // On the heap: it is by far the largest of them.
            Box::pin(relay.run(shutdown.clone())),
            supervisor::run(&wire, &deliverer, &shutdown),
            payroll::run(&payroll, &shutdown),
            upkeep::run(&deliveries, done_kept, &shutdown)
        );
        deliverer.under_way().close();
        if tokio::time::timeout(SHUTDOWN_PATIENCE, deliverer.under_way().wait()).await.is_err() {
            tracing::warn!("attempts are broken off; they are made again when their lease has run out");
        }
    }
}
