use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A business day: a calendar day in the company's time zone (specification, decision 4).
///
/// The day of an event is fixed when it happens and carried along; it is never worked out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct BusinessDay(pub NaiveDate);

impl BusinessDay {
    /// The day before.
    ///
    /// # Panics
    /// At the beginning of the calendar, some 260,000 years ago.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.pred_opt().expect("the calendar has begun"))
    }

    /// The day after.
    ///
    /// # Panics
    /// At the end of the calendar, some 260,000 years from now.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.succ_opt().expect("the calendar goes on"))
    }
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day: write it as 2026-11-23")]
pub struct InvalidDay;

/// The moment of a transaction on the company's clock, and the business day it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: DateTime<Utc>,
    /// On which business day.
    pub day: BusinessDay,
}

impl FromStr for BusinessDay {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day: NaiveDate = text.parse().map_err(|_| InvalidDay)?;
        // Of what lies beyond, no database and no calendar of people knows anything.
        if (1..=9999).contains(&day.year()) { Ok(Self(day)) } else { Err(InvalidDay) }
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar_that_people_use() {
        let day: BusinessDay = "2028-02-29".parse().expect("a day");
        assert_eq!((day.previous().to_string(), day.next().to_string()), ("2028-02-28".to_owned(), "2028-03-01".to_owned()));
        for text in ["2026-02-29", "0000-01-01", "+12026-01-01", "-0044-03-15", "today", ""] {
            assert_eq!(text.parse::<BusinessDay>(), Err(InvalidDay), "{text}");
        }
    }
}
