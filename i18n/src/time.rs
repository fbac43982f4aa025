use chrono::{NaiveDate, NaiveDateTime};
use contracts::Locale;

/// A calendar day as people write it: `23 Nov 2026`, in Russian `23.11.2026`. Only the server writes days and times, so both
/// sides show the same.
#[must_use]
pub fn written_day(day: NaiveDate, locale: Locale) -> String {
    let form = match locale {
        Locale::En => "%-d %b %Y",
        Locale::Ru => "%d.%m.%Y",
    };
    day.format(form).to_string()
}

/// A day of a year that is known: `23 Nov`, in Russian `23.11`.
#[must_use]
pub fn short_day(day: NaiveDate, locale: Locale) -> String {
    let form = match locale {
        Locale::En => "%-d %b",
        Locale::Ru => "%d.%m",
    };
    day.format(form).to_string()
}

/// A time of day, `14:05`: the same in both languages.
#[must_use]
pub fn written_time_of_day(time: NaiveDateTime) -> String {
    time.format("%H:%M").to_string()
}

/// A moment as people write it: `23 Nov 2026, 14:05`.
#[must_use]
pub fn written_time(time: NaiveDateTime, locale: Locale) -> String {
    [written_day(time.date(), locale), written_time_of_day(time)].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_its_reader_writes_it() {
        let time = NaiveDate::from_ymd_opt(2026, 3, 8).and_then(|day| day.and_hms_opt(1, 5, 59)).expect("a time");
        assert_eq!(written_time(time, Locale::En), "8 Mar 2026, 01:05");
        assert_eq!(written_time(time, Locale::Ru), "08.03.2026, 01:05");
        assert_eq!(written_time_of_day(time), "01:05");
        assert_eq!([Locale::En, Locale::Ru].map(|locale| short_day(time.date(), locale)), ["8 Mar", "08.03"]);
    }
}
