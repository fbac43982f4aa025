//! The languages of the product.
//!
//! At run time: [which plural form a number takes](Plural), and how numbers, [amounts](Amount) and times are written. At build time (feature
//! `generator`): Rust functions out of one TOML file per language, see [`generator`]. Nothing is looked up by name at run
//! time: a text that does not exist does not compile, and the browser is sent only the texts its pages use.

mod amount;
#[cfg(feature = "generator")]
pub mod generator;
mod integer;
mod plural;
mod time;

pub use amount::Amount;
pub use integer::integer;
pub use plural::Plural;
pub use time::{short_day, written_day, written_time, written_time_of_day};
