//! Shares, and how sure one can be of them.

use std::fmt;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) hits: usize,
    pub(crate) of: usize,
}

/// For an interval that holds the true share 19 times in 20.
const DEVIATIONS: f64 = 1.96;

impl Share {
    pub(crate) fn count(&mut self, is_hit: bool) {
        self.of += 1;
        self.hits += usize::from(is_hit);
    }

    pub(crate) fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        let mut share = Self::default();
        outcomes.into_iter().for_each(|is_hit| share.count(is_hit));
        share
    }

    /// Wilson's score interval.
    fn interval(self) -> (f64, f64) {
        let (hits, of) = (self.hits as f64, self.of as f64);
        let square = DEVIATIONS * DEVIATIONS;
        let centre = (hits + square / 2.0) / (of + square);
        let spread = DEVIATIONS / (of + square) * (hits * (of - hits) / of + square / 4.0).sqrt();
        ((centre - spread).max(0.0), (centre + spread).min(1.0))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return formatter.write_str("none");
        }
        let (low, high) = self.interval();
        let share = self.hits as f64 / self.of as f64;
        write!(formatter, "{}/{} = {share:.3} [{low:.3}, {high:.3}]", self.hits, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    /// As in Wilson's table: <https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval>.
    #[test]
    fn a_share_says_how_sure_it_is() {
        assert_eq!(Share { hits: 123, of: 130 }.to_string(), "123/130 = 0.946 [0.893, 0.974]");
        assert_eq!(Share { hits: 0, of: 42 }.to_string(), "0/42 = 0.000 [0.000, 0.084]");
        assert_eq!(Share::default().to_string(), "none");
    }
}
