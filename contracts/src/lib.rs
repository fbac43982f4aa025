//! The published language of aTES.
//!
//! What one part of the system may know of another stands here and nowhere else: ids, roles, views, errors, events, and
//! one trait per service. The crate runs in the browser as well as on the server, so it holds no IO.

pub mod accounting;
pub mod analytics;
pub mod audit;
pub mod auth;
mod caller;
mod day;
mod error;
mod event;
mod hint;
mod id;
pub mod letter;
mod locale;
mod money;
pub mod payroll;
mod person;
pub mod queues;
pub mod reassign;
mod role;
mod subscription;
pub mod tracker;
mod typed_text;

pub use caller::{Actor, Caller};
pub use day::{BusinessDay, DayRange, InvalidDay, Moment};
pub use error::{Field, FieldProblem, InvalidField, PhotoRefusal, ServiceError};
pub use event::{
    AccountLogChange, Event, Fact, ManagerIncomeByDayChange, PayrollLetter, TaskAssign, TaskCreate, TaskResolve, TasksReassign,
};
pub use hint::{Changed, HINTS_MAX, Hint};
pub use id::{AccountId, DeliveryId, EventId, InvalidId, LetterId, LogId, RebuildId, RunId, TaskId, UserId};
pub use locale::{Locale, UnknownLocale};
pub use money::Money;
pub use person::{DISPLAY_NAME_CHARS_MAX, DisplayName, EMAIL_CHARS_MAX, Email};
pub use role::{Role, UnknownRole};
pub use subscription::{AwaitedKey, Subscription};
pub use typed_text::harmless_line;
