use chrono::NaiveDate;
use contracts::Locale;

/// A calendar day as people write it. Only the server writes days, so both sides show the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) NaiveDate);

impl Day {
    /// `23 Nov 2026`, in Russian `23.11.2026`.
    pub(crate) fn written(self, locale: Locale) -> String {
        let form = match locale {
            Locale::En => "%-d %b %Y",
            Locale::Ru => "%d.%m.%Y",
        };
        self.0.format(form).to_string()
    }

    /// The day for programs: `2026-11-23`.
    pub(crate) fn iso(self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_its_reader_writes_it() {
        let day = Day(NaiveDate::from_ymd_opt(2026, 3, 7).expect("a day"));
        assert_eq!(day.written(Locale::En), "7 Mar 2026");
        assert_eq!(day.written(Locale::Ru), "07.03.2026");
        assert_eq!(day.iso(), "2026-03-07");
    }
}
