use serde::{Deserialize, Serialize};

/// Why a service did not do what it was asked.
///
/// The enum is closed and safe to show: it carries no text of a database or a library. What went wrong inside is logged
/// once, where it happened, under the request's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum ServiceError {
    /// Something the service needs (its database, another service) does not answer. Trying again later may help.
    #[error("the service is not available at the moment")]
    Unavailable,
}
