//! The days that the address of a page asks for.

use contracts::{BusinessDay, DayRange, Field, FieldProblem, InvalidField, ServiceError};
use leptos_router::params::ParamsMap;

/// The parameters with the first and the last day.
pub(crate) const FROM: &str = "from";
pub(crate) const TO: &str = "to";

/// Which days an address asks for, as it stands there: perhaps nobody can read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DayRangeQuery {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl DayRangeQuery {
    pub(crate) fn of(query: &ParamsMap) -> Self {
        let typed = |name| query.get_str(name).unwrap_or_default().trim().to_owned();
        Self { from: typed(FROM), to: typed(TO) }
    }

    /// These days.
    pub(crate) fn days(from: BusinessDay, to: BusinessDay) -> Self {
        Self { from: from.to_string(), to: to.to_string() }
    }

    /// Whether it asks for no days in particular.
    pub(crate) fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    /// The same for a service.
    pub(crate) fn read(&self) -> Result<DayRange, ServiceError> {
        let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed });
        let read = |day: &str| if day.is_empty() { Ok(None) } else { day.parse().map(Some).map_err(malformed) };
        Ok(DayRange { from: read(&self.from)?, to: read(&self.to)? })
    }

    /// What follows an address that asks for these days.
    pub(crate) fn query(&self) -> String {
        // Only days that a service has told get here: nothing to escape.
        format!("?{FROM}={}&{TO}={}", self.from, self.to)
    }

    /// What a field for days can show of each. What it cannot, the page has said.
    pub(crate) fn shown(self) -> (Option<String>, Option<String>) {
        let readable = |day: String| Some(day).filter(|day| day.parse::<BusinessDay>().is_ok());
        (readable(self.from), readable(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_read_is_said_and_nothing_is_no_day() {
        assert_eq!(DayRangeQuery::default().read(), Ok(DayRange::default()));
        let asked = |from: &str, to: &str| DayRangeQuery { from: from.to_owned(), to: to.to_owned() };
        assert!(asked("2026-11-01", "soon").read().is_err());
        assert_eq!(asked("2026-11-01", "soon").shown(), (Some("2026-11-01".to_owned()), None));
        let range = asked("2026-11-01", "").read().expect("a range");
        assert_eq!((range.from.map(|day| day.to_string()), range.to), (Some("2026-11-01".to_owned()), None));
    }
}
