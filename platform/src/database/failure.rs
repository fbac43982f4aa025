use contracts::{PhotoRefusal, ServiceError};

use super::unavailable;

/// Why a use case stopped: it has an answer for the caller, or the database failed it.
///
/// Inside a use case `?` makes one of either; at the service's boundary [`Failure::answer`] logs the second kind, once.
#[derive(Debug)]
pub enum Failure {
    /// The rules say no; the caller is told why.
    Answer(ServiceError),
    /// The database failed; the log is told why, the caller only that it may try again.
    Database(sqlx::Error),
}

impl Failure {
    /// Makes failures of `operation` the answers its caller gets. See [`unavailable`].
    pub fn answer(operation: &'static str) -> impl FnOnce(Self) -> ServiceError {
        move |failure| match failure {
            Self::Answer(error) => error,
            Self::Database(error) => unavailable(operation)(error),
        }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Answer(error)
    }
}

impl From<PhotoRefusal> for Failure {
    fn from(refusal: PhotoRefusal) -> Self {
        Self::Answer(ServiceError::PhotoRefused(refusal))
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Turns the breach of the constraint or unique index `name` into the answer for the caller; other errors stay what they are.
pub fn on_constraint(name: &'static str, answer: ServiceError) -> impl FnOnce(sqlx::Error) -> Failure {
    move |error| match error.as_database_error().and_then(sqlx::error::DatabaseError::constraint) {
        Some(breached) if breached == name => Failure::Answer(answer),
        _ => Failure::Database(error),
    }
}
