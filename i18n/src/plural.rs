use contracts::Locale;

/// A plural category of Unicode CLDR, as far as whole numbers in the product's languages need one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// "1 task"; "1 задача", "21 задача".
    One,
    /// "2 задачи", "34 задачи".
    Few,
    /// "0 задач", "11 задач".
    Many,
    /// "0 tasks", "2 tasks"; in Russian for fractions only.
    Other,
}

impl Plural {
    /// The category of `count` in a language.
    #[must_use]
    pub const fn of(locale: Locale, count: u64) -> Self {
        match locale {
            Locale::En => match count {
                1 => Self::One,
                _ => Self::Other,
            },
            Locale::Ru => match (count % 10, count % 100) {
                (_, 11..=14) => Self::Many,
                (1, _) => Self::One,
                (2..=4, _) => Self::Few,
                _ => Self::Many,
            },
        }
    }

    /// The categories a language has. Each of its plural texts names all of them.
    #[must_use]
    pub const fn all(locale: Locale) -> &'static [Self] {
        match locale {
            Locale::En => &[Self::One, Self::Other],
            Locale::Ru => &[Self::One, Self::Few, Self::Many, Self::Other],
        }
    }

    /// The category's name in CLDR and in the language files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
    use unic_langid::LanguageIdentifier;

    use super::*;

    #[test]
    fn the_categories_are_those_of_an_independent_implementation() {
        for locale in Locale::ALL {
            let language: LanguageIdentifier = locale.tag().parse().expect("the locale is a language tag");
            let rules = PluralRules::create(language, PluralRuleType::CARDINAL).expect("the language has rules");
            for count in 0..=1000_u64 {
                let expected = match rules.select(count).expect("a whole number has a category") {
                    PluralCategory::ONE => Plural::One,
                    PluralCategory::FEW => Plural::Few,
                    PluralCategory::MANY => Plural::Many,
                    PluralCategory::OTHER => Plural::Other,
                    PluralCategory::ZERO | PluralCategory::TWO => unreachable!("neither language has this category"),
                };
                assert_eq!(Plural::of(locale, count), expected, "{count} in {locale}");
                assert!(Plural::all(locale).contains(&expected), "{count} in {locale}");
            }
        }
    }
}
