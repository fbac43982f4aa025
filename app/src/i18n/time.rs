use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use contracts::Locale;
use i18n::written_day;
use leptos::prelude::expect_context;

use super::Text;

/// The company's time zone. Every time on the pages is the company's, as its business days are. The server puts it into the
/// context of pages and server functions.
#[derive(Debug, Clone, Copy)]
pub struct CompanyTimeZone(pub Tz);

impl CompanyTimeZone {
    /// What a clock on the company's wall shows at that moment.
    pub(crate) fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The zone of the company that is being served.
    pub(crate) fn current() -> Self {
        expect_context()
    }
}

/// The same to the second, for what is over in seconds: `23 Nov 2026, 14:05:09`.
pub(crate) fn written_exact_time(time: NaiveDateTime, locale: Locale) -> String {
    format!("{}, {}", written_day(time.date(), locale), time.format("%H:%M:%S"))
}

/// The same on the company's clock and in the language of the page that is being made.
pub(crate) fn shown_time(at: DateTime<Utc>) -> String {
    written_exact_time(CompanyTimeZone::current().local(at), super::locale())
}

/// How long something has lasted, in its two largest units at most: `41 s`, `2 h 5 min`. What has not begun yet has lasted no time.
pub(crate) fn written_age(age: TimeDelta, locale: Locale) -> String {
    let text = Text::from(locale).age();
    let (days, hours, minutes, seconds) = (age.num_days(), age.num_hours() % 24, age.num_minutes() % 60, age.num_seconds() % 60);
    match (days, hours, minutes) {
        (..=0, ..=0, ..=0) => text.seconds(&seconds.max(0).to_string()),
        (..=0, ..=0, _) => text.minutes(&minutes.to_string()),
        (..=0, _, _) => text.hours(&hours.to_string(), &minutes.to_string()),
        _ => text.days(&days.to_string(), &hours.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_its_reader_writes_it_on_the_companys_clock() {
        let at = "2026-03-07T22:05:59Z".parse().expect("a time");
        let time = CompanyTimeZone(Tz::Europe__Moscow).local(at);
        assert_eq!(written_exact_time(time, Locale::En), "8 Mar 2026, 01:05:59");
    }

    #[test]
    fn an_age_is_told_in_its_largest_units() {
        for (seconds, english, russian) in [
            (-5, "0 s", "0 с"),
            (59, "59 s", "59 с"),
            (60 * 59 + 59, "59 min", "59 мин"),
            (60 * 60, "1 h 0 min", "1 ч 0 мин"),
            (60 * 60 * 49, "2 d 1 h", "2 д 1 ч"),
        ] {
            let age = TimeDelta::seconds(seconds);
            assert_eq!((written_age(age, Locale::En).as_str(), written_age(age, Locale::Ru).as_str()), (english, russian));
        }
    }
}
