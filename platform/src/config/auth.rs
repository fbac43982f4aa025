use serde::{Deserialize, Serialize};

/// Who gets in and for how long.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Auth {
    /// Who becomes the first admin. `enrol`: whoever enrols first in an empty installation. `cli`: nobody, until an operator
    /// names somebody with `ates user set-role`; for installations that strangers can reach before their owner.
    #[config(env = "ATES_AUTH_FIRST_ADMIN", default = "enrol")]
    pub first_admin: FirstAdmin,

    /// How many days after the log-in a session ends by itself, 1 to 365.
    #[config(env = "ATES_AUTH_SESSION_DAYS", default = 30, validate((1..=365).contains(session_days), "must be 1 to 365"))]
    pub session_days: u16,
}

/// How an installation comes by its first admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstAdmin {
    /// Whoever enrols first is it.
    Enrol,
    /// An operator names one from the command line.
    Cli,
}
