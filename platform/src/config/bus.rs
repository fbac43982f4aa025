use std::time::Duration;

use serde::Serialize;

/// The event bus, on which the services hear of each other.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Bus {
    /// For how many days it is kept what became of each event at each subscriber, 1 to 3650. The events themselves, and what was
    /// given up or discarded, are kept for ever.
    #[config(env = "ATES_BUS_DONE_DAYS", default = 90, validate((1..=3650).contains(done_days), "must be 1 to 3650"))]
    pub done_days: u32,
}

impl Bus {
    /// How long deliveries that are done are kept.
    #[must_use]
    pub const fn done_kept(&self) -> Duration {
        Duration::from_hours(24 * self.done_days as u64)
    }
}
