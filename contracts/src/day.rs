use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ServiceError;

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

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        // Every month has a first day.
        Self(self.0.with_day(1).unwrap_or(self.0))
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

/// Which days. Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayRange {
    /// The first day; the first of the month of `to` where none is given.
    pub from: Option<BusinessDay>,
    /// The last day; today where none is given.
    pub to: Option<BusinessDay>,
}

impl DayRange {
    /// The days that are meant when today is `today`.
    ///
    /// [`ServiceError::RangeBackwards`] where the first day is after the last, [`ServiceError::TooManyDays`] where there are more than
    /// `days_max`.
    pub fn resolve(self, today: BusinessDay, days_max: usize) -> Result<RangeInclusive<BusinessDay>, ServiceError> {
        let to = self.to.unwrap_or(today);
        let from = self.from.unwrap_or_else(|| to.first_of_month());
        match usize::try_from((to.0 - from.0).num_days()) {
            Err(_) => Err(ServiceError::RangeBackwards),
            Ok(days_between) if days_between >= days_max => Err(ServiceError::TooManyDays { max: days_max }),
            Ok(_) => Ok(from..=to),
        }
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
    fn a_range_goes_forward_and_ends() {
        let day = |text: &str| text.parse::<BusinessDay>().expect("a day");
        let resolve = |from: &str, to: &str| DayRange { from: from.parse().ok(), to: to.parse().ok() }.resolve(day("2028-02-29"), 31);
        assert_eq!(resolve("2026-10-01", "2026-10-31"), Ok(day("2026-10-01")..=day("2026-10-31")));
        assert_eq!(resolve("2026-10-01", "2026-10-01"), Ok(day("2026-10-01")..=day("2026-10-01")));
        assert_eq!(resolve("2026-10-01", "2026-11-01"), Err(ServiceError::TooManyDays { max: 31 }));
        assert_eq!(resolve("2026-10-02", "2026-10-01"), Err(ServiceError::RangeBackwards));
        assert_eq!(resolve("", ""), Ok(day("2028-02-01")..=day("2028-02-29")));
    }

    #[test]
    fn a_day_is_one_of_the_calendar_that_people_use() {
        let day: BusinessDay = "2028-02-29".parse().expect("a day");
        assert_eq!((day.previous().to_string(), day.next().to_string()), ("2028-02-28".to_owned(), "2028-03-01".to_owned()));
        for text in ["2026-02-29", "0000-01-01", "+12026-01-01", "-0044-03-15", "today", ""] {
            assert_eq!(text.parse::<BusinessDay>(), Err(InvalidDay), "{text}");
        }
    }
}
