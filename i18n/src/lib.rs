//! The languages of the product.
//!
//! At run time: [which plural form a number takes](Plural) and [how it is written](integer). At build time (feature
//! `generator`): Rust functions out of one TOML file per language, see [`generator`]. Nothing is looked up by name at run
//! time: a text that does not exist does not compile, and the browser is sent only the texts its pages use.

#[cfg(feature = "generator")]
pub mod generator;
mod integer;
mod plural;

pub use integer::integer;
pub use plural::Plural;
