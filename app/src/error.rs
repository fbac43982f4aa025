use contracts::{Field, Locale, ServiceError};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::{
    i18n::{Text, explain, explain_field},
    json::JsonText,
};

/// Why a server function did not do what the page asked.
///
/// The enum is closed. After a form post without JavaScript the error travels in the page's address, where anybody can
/// write anything, so it carries no text: the page says it in its own words ([`AppError::message`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// A service refused or failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The request did not arrive.
    #[error("the server cannot be reached")]
    Unreachable,
    /// One side sent what the other does not understand, as after an update of the server.
    #[error("page and server do not understand each other")]
    Outdated,
    /// The server could not run the function.
    #[error("the server failed")]
    Failed,
}

impl AppError {
    /// Whether the answer may be another one a moment later.
    pub(crate) const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Service(ServiceError::Unavailable))
    }

    /// The error for people.
    pub(crate) fn message(&self, locale: Locale) -> String {
        let text = Text::from(locale).error();
        match self {
            Self::Service(error) => explain(error, locale),
            Self::Unreachable => text.unreachable().to_owned(),
            Self::Outdated => text.outdated().to_owned(),
            Self::Failed => text.failed().to_owned(),
        }
    }

    /// What of a form the error is about, if it is about one field.
    pub(crate) const fn field(&self) -> Option<Field> {
        match self {
            Self::Service(ServiceError::Invalid(invalid)) => Some(invalid.field),
            Self::Service(ServiceError::EmailTaken) => Some(Field::Email),
            _ => None,
        }
    }

    /// What the error says about a field, for beside the field; nothing where it is about something else.
    pub(crate) fn message_at(&self, field: Field, locale: Locale) -> Option<String> {
        (self.field() == Some(field)).then(|| match self {
            Self::Service(ServiceError::Invalid(invalid)) => explain_field(invalid, locale),
            other => other.message(locale),
        })
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Outdated,
            ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::ServerError(_) => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::{FieldProblem, InvalidField};

    use super::*;

    #[test]
    fn errors_survive_the_way_to_the_browser() {
        for error in [ServiceError::Unavailable.into(), AppError::Unreachable, AppError::Outdated, AppError::Failed] {
            assert_eq!(AppError::de(error.ser()), error);
        }
    }

    #[test]
    fn a_problem_stands_at_its_field_only() {
        let missing = AppError::Service(ServiceError::Invalid(InvalidField { field: Field::Title, problem: FieldProblem::Missing }));
        let stands_at = |error: &AppError| [Field::Title, Field::Email].map(|field| error.message_at(field, Locale::En).is_some());
        assert_eq!(stands_at(&missing), [true, false]);
        assert_eq!(stands_at(&ServiceError::EmailTaken.into()), [false, true]);
        assert_eq!(stands_at(&ServiceError::NobodyAssignable.into()), [false, false]);
    }

    #[test]
    fn an_answer_that_is_no_error_of_ours_means_the_sides_differ() {
        assert_eq!(AppError::de("<h1>502 Bad Gateway</h1>".into()), AppError::Outdated);
    }
}
