use std::fmt;

use contracts::Locale;

use super::{catalogue::Key, file_name};

/// Something wrong with the language files, said so that the reader finds the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    file: String,
    key: String,
    message: String,
}

impl Problem {
    pub(super) fn new(locale: Locale, key: &Key, message: impl Into<String>) -> Self {
        Self { file: file_name(locale), key: key.to_string(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, key, message } = self;
        if key.is_empty() { write!(formatter, "{file}: {message}") } else { write!(formatter, "{file}: `{key}`: {message}") }
    }
}
