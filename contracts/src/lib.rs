//! The published language of aTES.
//!
//! What one part of the system may know of another stands here and nowhere else: ids, roles, views, errors, events, and
//! one trait per service. The crate runs in the browser as well as on the server, so it holds no IO.

pub mod auth;
mod error;
mod locale;

pub use error::ServiceError;
pub use locale::{Locale, UnknownLocale};
