use crate::integer;
use contracts::{Locale, Money};

/// An amount of money as people write it. Only the server writes amounts, so pages show the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Money);

const CENTS_PER_UNIT: u64 = 100;

impl Amount {
    /// `1,234.05` or `−14.20`; in Russian `1 234,05` and `−14,20`.
    #[must_use]
    pub fn written(self, locale: Locale) -> String {
        let sign = if self.0.is_negative() { "−" } else { "" };
        self.with_sign(sign, locale)
    }

    /// The same, with a plus before what comes in: for amounts that change a balance.
    #[must_use]
    pub fn as_change(self, locale: Locale) -> String {
        if self.0 > Money::ZERO { self.with_sign("+", locale) } else { self.written(locale) }
    }

    fn with_sign(self, sign: &str, locale: Locale) -> String {
        let cents = self.0.cents().unsigned_abs();
        let point = match locale {
            Locale::En => '.',
            Locale::Ru => ',',
        };
        format!("{sign}{}{point}{:02}", integer(locale, cents / CENTS_PER_UNIT), cents % CENTS_PER_UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cents: i64) -> (String, String) {
        let amount = Amount(Money::from_cents(cents));
        (amount.written(Locale::En), amount.as_change(Locale::Ru))
    }

    #[test]
    fn an_amount_is_written_as_its_reader_writes_it() {
        for (cents, english, russian_change) in [
            (0, "0.00", "0,00"),
            (5, "0.05", "+0,05"),
            (-1_420, "−14.20", "−14,20"),
            (123_456_705, "1,234,567.05", "+1\u{a0}234\u{a0}567,05"),
            (i64::MIN, "−92,233,720,368,547,758.08", "−92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08"),
        ] {
            assert_eq!(written(cents), (english.to_owned(), russian_change.to_owned()));
        }
    }
}
