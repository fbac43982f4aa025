//! The demo company: eight parrots with two months of work behind them, for visitors who want to see a system that lives.
//!
//! It is founded in an empty installation through the same use cases that pages and the API call; what moves money is the event
//! bus, as always. Its past is made by setting the company's clock. Who gets which task and at what price, the services draw; all
//! else is the same each time.

mod founding;
mod looks;
mod parrots;
mod past;
mod plan;
mod portrait;
mod tasks;

pub use self::{
    founding::{DemoError, Founding, found_company},
    parrots::{PARROTS, Parrot},
};

/// What the demo's own chance begins with. Any number would do; with this one the last week looks like a week.
const SEED: u64 = 40;
