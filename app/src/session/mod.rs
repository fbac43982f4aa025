//! Who is asking: the session of a request, the cookies that carry it, and what pages may know of it.

#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
mod current;
mod log_out;
mod refused;
mod visitor;

#[cfg(feature = "ssr")]
pub use crate::cookie::read_cookie;
#[cfg(feature = "ssr")]
pub use cookies::{
    ENROLMENT_COOKIE, SESSION_COOKIE, SecureCookies, ended_enrolment_cookie, ended_session_cookie, enrolment_cookie, session_cookie,
};
#[cfg(feature = "ssr")]
pub use current::CurrentSession;
#[cfg(feature = "ssr")]
pub(crate) use current::actor;
#[cfg(feature = "ssr")]
pub use refused::refused_path;

pub(crate) use log_out::{LogOut, LogOutEverywhere};
pub(crate) use refused::use_refusal;
pub(crate) use visitor::{Visitor, visitor};

/// The page that people see first after they have logged in: their tasks.
pub const START_PATH: &str = crate::tasks::TASKS_PATH;

/// The page where people log in. Links to it are `external`: it comes from the server, whole, each time.
pub const LOG_IN_PATH: &str = "/login";
