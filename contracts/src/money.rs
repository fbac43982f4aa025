use std::{fmt, iter::Sum, ops::Neg};

use serde::{Deserialize, Serialize};

/// An amount of money in minor units (cents), positive or negative (specification, decision 1). There are no fractions of it.
///
/// Sums are checked: an amount that does not fit is an error of the program, never a wrong balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of `cents`.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The sum, or nothing where it does not fit.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// The difference, or nothing where it does not fit.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum.checked_add(amount).expect("a sum of the ledger fits 64 bits"))
    }
}

/// Plain decimal notation, as in logs and CSV: `-12.05`. Pages write amounts in the reader's language.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(formatter, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_places() {
        for (cents, written) in
            [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1234, "12.34"), (-120_000, "-1200.00"), (i64::MIN, "-92233720368547758.08")]
        {
            assert_eq!(Money::from_cents(cents).to_string(), written);
        }
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        assert_eq!(Money::from_cents(i64::MAX).checked_add(Money::from_cents(1)), None);
        assert_eq!(Money::from_cents(i64::MIN).checked_sub(Money::from_cents(1)), None);
        assert_eq!([2, 3, -10].map(Money::from_cents).into_iter().sum::<Money>(), Money::from_cents(-5));
    }
}
