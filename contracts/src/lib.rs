//! The published language of aTES.
//!
//! What one part of the system may know of another stands here and nowhere else: ids, roles, views, errors, events, and
//! one trait per service. The crate runs in the browser as well as on the server, so it holds no IO.

pub mod auth;
mod caller;
mod error;
mod id;
mod locale;
mod person;
mod role;

pub use caller::{Actor, Caller};
pub use error::{Field, FieldProblem, InvalidField, PhotoRefusal, ServiceError};
pub use id::{InvalidId, UserId};
pub use locale::{Locale, UnknownLocale};
pub use person::{DISPLAY_NAME_CHARS_MAX, DisplayName, EMAIL_CHARS_MAX, Email};
pub use role::{Role, UnknownRole};
