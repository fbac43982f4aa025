use serde::{Deserialize, Serialize};

/// What the program writes about itself, to standard error.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Logging {
    /// Which events are written, as `level` or `target=level,…` (levels: error, warn, info, debug, trace).
    #[config(env = "ATES_LOG", default = "info,sqlx::postgres::notice=warn")]
    pub filter: String,

    /// `pretty` for people, `json` (one object a line) for log collectors, `auto`: pretty on a terminal, else JSON.
    #[config(env = "ATES_LOG_FORMAT", default = "auto")]
    pub format: LogFormat,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
    /// Pretty on a terminal, else JSON.
    Auto,
}
