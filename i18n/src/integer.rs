use contracts::Locale;

/// Digits from which on a language groups: Russian leaves numbers of four digits alone, as its typesetters do.
const fn digits_grouped_min(locale: Locale) -> usize {
    match locale {
        Locale::En => 4,
        Locale::Ru => 5,
    }
}

/// What stands between groups of three digits: a comma, or in Russian a space that does not break.
const fn group_separator(locale: Locale) -> char {
    match locale {
        Locale::En => ',',
        Locale::Ru => '\u{a0}',
    }
}

/// A whole number as people write it: `12,345`, in Russian `12 345`.
#[must_use]
pub fn integer(locale: Locale, number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < digits_grouped_min(locale) {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(group_separator(locale));
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_groups_by_commas() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")] {
            assert_eq!(integer(Locale::En, number), expected);
        }
    }

    #[test]
    fn russian_groups_by_spaces_that_do_not_break_from_five_digits_on() {
        for (number, expected) in [(0, "0"), (1000, "1000"), (12_345, "12\u{a0}345"), (1_234_567, "1\u{a0}234\u{a0}567")] {
            assert_eq!(integer(Locale::Ru, number), expected);
        }
    }

    #[test]
    fn the_largest_number_is_written_too() {
        assert_eq!(integer(Locale::En, u64::MAX), "18,446,744,073,709,551,615");
    }
}
