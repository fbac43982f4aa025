//! The company's clock: which moment a transaction happens at, and on which business day.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use contracts::{BusinessDay, Moment};
use sqlx::PgExecutor;

/// The most hours that a zone has ever left out: Samoa went from 29 to 31 December 2011.
const HOURS_LEFT_OUT_MAX: i64 = 24;

/// Tells the time of the company: the database's, so that all processes agree, in the company's time zone.
#[derive(Debug, Clone, Copy)]
pub struct CompanyClock {
    time_zone: Tz,
}

impl CompanyClock {
    /// The clock of a company in this time zone.
    #[must_use]
    pub const fn new(time_zone: Tz) -> Self {
        Self { time_zone }
    }

    /// The company's time zone.
    #[must_use]
    pub const fn time_zone(&self) -> Tz {
        self.time_zone
    }

    /// The moment of the current transaction: the same whenever it is asked for in one transaction.
    pub async fn moment(&self, executor: impl PgExecutor<'_>) -> sqlx::Result<Moment> {
        let at = sqlx::query_scalar!(r#"SELECT bus.company_now() AS "now!""#).fetch_one(executor).await?;
        Ok(Moment { at, day: self.day_of(at) })
    }

    /// The business day that a moment belongs to (specification, decision 4).
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> BusinessDay {
        BusinessDay(self.local(at).date())
    }

    /// The moment at which a clock on the company's wall shows this time on that day: the first one where it shows it twice. Where
    /// it never does, because it is set forward, as few whole hours later as there is such a time.
    #[must_use]
    pub fn at(&self, day: BusinessDay, time: NaiveTime) -> DateTime<Utc> {
        let wall = day.0.and_time(time);
        let moment = |hours| self.time_zone.from_local_datetime(&(wall + TimeDelta::hours(hours))).earliest();
        (0..=HOURS_LEFT_OUT_MAX).find_map(moment).map_or(wall.and_utc(), |at| at.to_utc())
    }

    /// What a clock on the company's wall shows at that moment.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.time_zone).naive_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(time_zone: Tz, at: &str) -> String {
        CompanyClock::new(time_zone).day_of(at.parse().expect("a time")).to_string()
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_company() {
        assert_eq!(day(Tz::Europe__Moscow, "2026-11-22T20:59:59.999Z"), "2026-11-22");
        assert_eq!(day(Tz::Europe__Moscow, "2026-11-22T21:00:00Z"), "2026-11-23");
        assert_eq!(day(Tz::America__New_York, "2026-11-23T04:59:59Z"), "2026-11-22");
    }

    #[test]
    fn days_of_23_and_25_hours_are_whole_days() {
        // Berlin goes from UTC+1 to UTC+2 on 2026-03-29 and back on 2026-10-25.
        assert_eq!(day(Tz::Europe__Berlin, "2026-03-28T23:00:00Z"), "2026-03-29");
        assert_eq!(day(Tz::Europe__Berlin, "2026-03-29T21:59:59Z"), "2026-03-29");
        assert_eq!(day(Tz::Europe__Berlin, "2026-03-29T22:00:00Z"), "2026-03-30");
        assert_eq!(day(Tz::Europe__Berlin, "2026-10-25T22:59:59Z"), "2026-10-25");
        assert_eq!(day(Tz::Europe__Berlin, "2026-10-25T23:00:00Z"), "2026-10-26");
    }

    #[test]
    fn a_time_of_the_wall_is_a_moment_also_where_the_clock_is_set() {
        let at = |time_zone, day: &str, hour| {
            let time = NaiveTime::from_hms_opt(hour, 30, 0).expect("a time");
            CompanyClock::new(time_zone).at(day.parse().expect("a day"), time).to_rfc3339()
        };
        assert_eq!(at(Tz::Europe__Moscow, "2026-11-23", 9), "2026-11-23T06:30:00+00:00");
        // 02:30 does not exist on the one day and comes twice on the other.
        assert_eq!(at(Tz::Europe__Berlin, "2026-03-29", 2), "2026-03-29T01:30:00+00:00");
        assert_eq!(at(Tz::Europe__Berlin, "2026-10-25", 2), "2026-10-25T00:30:00+00:00");
        // Troll leaves out two hours every year, and Samoa left out a day.
        assert_eq!(at(Tz::Antarctica__Troll, "2026-03-29", 1), "2026-03-29T01:30:00+00:00");
        assert_eq!(at(Tz::Antarctica__Troll, "2026-03-29", 2), "2026-03-29T01:30:00+00:00");
        assert_eq!(at(Tz::Pacific__Apia, "2011-12-30", 9), "2011-12-30T10:30:00+00:00");
    }
}
