use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Field, FieldProblem, InvalidField, typed_text};

/// The longest name of an employee, in characters. It has to fit a table and a letter.
pub const DISPLAY_NAME_CHARS_MAX: usize = 100;

/// The longest e-mail address, in characters (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_CHARS_MAX: usize = 254;

/// An employee's name as it is shown: trimmed, one line, 1 to [`DISPLAY_NAME_CHARS_MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

/// An address letters can be sent to. Only its form is checked; whether somebody reads it, a letter will tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl DisplayName {
    /// Takes what a person typed; white space around it is dropped.
    pub fn parse(typed: &str) -> Result<Self, InvalidField> {
        let name = typed_text::required_line(typed, Field::DisplayName, DISPLAY_NAME_CHARS_MAX)?;
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    /// Takes what a person typed; white space around it is dropped.
    pub fn parse(typed: &str) -> Result<Self, InvalidField> {
        let address = typed_text::required_line(typed, Field::Email, EMAIL_CHARS_MAX)?;
        let malformed = InvalidField { field: Field::Email, problem: FieldProblem::Malformed };
        let (local, domain) = address.rsplit_once('@').ok_or_else(|| malformed.clone())?;
        let domain_is_fine = domain.split('.').all(|label| {
            !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        let local_is_fine = !local.is_empty()
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        if domain_is_fine && local_is_fine { Ok(Self(address.to_owned())) } else { Err(malformed) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! parsed_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = InvalidField;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

parsed_text!(DisplayName);
parsed_text!(Email);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_one_line_and_not_too_long() {
        assert_eq!(DisplayName::parse("  Кеша \t").expect("a name").as_str(), "Кеша");
        assert_eq!(DisplayName::parse(" \u{3000}").expect_err("blank").problem, FieldProblem::Missing);
        assert_eq!(DisplayName::parse("Pol\nly").expect_err("two lines").problem, FieldProblem::ControlCharacters);
        DisplayName::parse(&"я".repeat(DISPLAY_NAME_CHARS_MAX)).expect("just fits");
        let too_long = DisplayName::parse(&"я".repeat(DISPLAY_NAME_CHARS_MAX + 1)).expect_err("too long");
        assert_eq!(too_long.problem, FieldProblem::TooLong { chars_max: DISPLAY_NAME_CHARS_MAX });
    }

    #[test]
    fn addresses_have_the_form_of_an_address() {
        for fine in ["polly@parrots.example", "a+b@c", " o'neil@xn--e1afmkfd.example ", "кеша@почта.рф"] {
            Email::parse(fine).expect(fine);
        }
        for wrong in ["polly", "@parrots.example", "polly@", "polly@parrots..example", "a b@c", ".a@c", "a@-c", "a@c>", "a@b@c d"] {
            assert_eq!(Email::parse(wrong).expect_err(wrong).problem, FieldProblem::Malformed, "{wrong}");
        }
    }

    #[test]
    fn what_arrives_as_json_is_checked_as_well() {
        assert!(serde_json::from_str::<Email>("\"nobody\"").is_err());
        assert!(serde_json::from_str::<DisplayName>("\"\"").is_err());
    }
}
