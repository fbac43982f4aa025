//! What every service stands on and no service owns: configuration, database pools and roles, the event bus, the company's
//! clock, randomness, telemetry.
//!
//! There is no domain here: tasks, parrots and cents occur in the names of settings only.

pub mod bus;
pub mod clock;
pub mod clock_setting;
pub mod config;
pub mod database;
pub mod randomness;
pub mod request_id;
pub mod telemetry;
