//! What the service does, one file per verb: authorise, load, decide, save, in one transaction.

pub(crate) mod draw_users;
pub(crate) mod enrol;
pub(crate) mod find_users;
pub(crate) mod hold_session;
pub(crate) mod list_people;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod look_at_photo;
pub(crate) mod set_locale;
pub(crate) mod set_role;
pub(crate) mod start_session;
