use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English, also for everybody whose language the product does not speak.
    #[default]
    En,
    /// Russian.
    Ru,
}

/// A language tag that names none of the product's languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language: use `en` or `ru`")]
pub struct UnknownLocale;

impl Locale {
    /// Every language, in the order in which pages offer them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ru];

    /// The language's IETF tag, as in `<html lang>` and in cookies.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The first language of an `Accept-Language` header that the product speaks, by descending weight (RFC 9110, 12.5.4).
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',') {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight = weight.trim().parse().unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            if let Ok(locale) = primary.parse()
                && weight > best.map_or(0.0, |(_, best_weight)| best_weight)
            {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(tag)).ok_or(UnknownLocale)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Locale::from_accept_language("de, ru;q=0.7, en;q=0.3"), Some(Locale::Ru));
        assert_eq!(Locale::from_accept_language("en-GB,en;q=0.9,ru;q=0.8"), Some(Locale::En));
        assert_eq!(Locale::from_accept_language("RU-ru"), Some(Locale::Ru));
    }

    #[test]
    fn refused_and_unknown_languages_are_passed_over() {
        assert_eq!(Locale::from_accept_language("ru;q=0, en;q=0.1"), Some(Locale::En));
        assert_eq!(Locale::from_accept_language("de, *;q=0.5"), None);
        assert_eq!(Locale::from_accept_language(""), None);
    }
}
