//! The only SQL on schema `auth`.

pub(crate) mod beak_template;
pub(crate) mod clock;
pub(crate) mod enrolment_ticket;
pub(crate) mod lock;
pub(crate) mod role_change;
pub(crate) mod session;
pub(crate) mod user;
