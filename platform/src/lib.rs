//! What every service stands on and no service owns: configuration, database pools and roles, the event bus, the company's
//! clock, randomness,
//! telemetry.
//!
//! There is no domain here: nothing in this crate knows what a task, a parrot or a cent is.

pub mod bus;
pub mod clock;
pub mod config;
pub mod database;
pub mod randomness;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
