use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use contracts::Locale;
use leptos::prelude::expect_context;

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

/// A calendar day as people write it: `23 Nov 2026`, in Russian `23.11.2026`. Only the server writes days and times, so both
/// sides show the same.
pub(crate) fn written_day(day: NaiveDate, locale: Locale) -> String {
    let form = match locale {
        Locale::En => "%-d %b %Y",
        Locale::Ru => "%d.%m.%Y",
    };
    day.format(form).to_string()
}

/// A time of day, `14:05`: the same in both languages.
pub(crate) fn written_time_of_day(time: NaiveDateTime) -> String {
    time.format("%H:%M").to_string()
}

/// A moment as people write it: `23 Nov 2026, 14:05`.
pub(crate) fn written_time(time: NaiveDateTime, locale: Locale) -> String {
    [written_day(time.date(), locale), written_time_of_day(time)].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_its_reader_writes_it_on_the_companys_clock() {
        let at = "2026-03-07T22:05:59Z".parse().expect("a time");
        let time = CompanyTimeZone(Tz::Europe__Moscow).local(at);
        assert_eq!(written_time(time, Locale::En), "8 Mar 2026, 01:05");
        assert_eq!(written_time(time, Locale::Ru), "08.03.2026, 01:05");
        assert_eq!(written_time_of_day(time), "01:05");
    }
}
