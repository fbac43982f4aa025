//! An account while its entries go by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use contracts::accounting::EntryKind;

/// What the entries of an account make of it, as far as they have gone by. Amounts are in cents.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) entries: i64,
    pub(crate) balance: i64,
    by_day: BTreeMap<NaiveDate, i64>,
    paid: BTreeSet<NaiveDate>,
}

impl Account {
    /// Closing of a day, from the entries so far.
    pub(crate) fn closing(&self, day: NaiveDate) -> i64 {
        self.by_day.range(..=day).fold(0, |sum, (_, of_day)| sum.saturating_add(*of_day))
    }

    /// One entry more. Answers what is wrong with it, where it is a payout.
    pub(crate) fn enter(&mut self, kind: Option<EntryKind>, day: NaiveDate, signed_amount: i64) -> Option<String> {
        let closing_before = (kind == Some(EntryKind::Clear)).then(|| self.closing(day));
        self.entries += 1;
        self.balance = self.balance.saturating_add(signed_amount);
        let sum = self.by_day.entry(day).or_default();
        *sum = sum.saturating_add(signed_amount);
        let closing = closing_before?;
        if !self.paid.insert(day) {
            return Some(format!("{day} is paid a second time"));
        }
        (closing <= 0 || signed_amount != closing.saturating_neg()).then(|| format!("the account held {closing} at the end of {day}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payout_takes_what_the_day_and_those_before_it_have_left() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
        let account = || {
            let mut account = Account::default();
            for (of, amount) in [(20, -500), (21, 2_000), (22, 700)] {
                assert_eq!(account.enter(Some(EntryKind::Deposit), day(of), amount), None);
            }
            account
        };
        let paid = |of, amount| account().enter(Some(EntryKind::Clear), day(of), amount);
        assert_eq!(paid(21, -1_500), None);
        assert_eq!(paid(22, -2_200), None);
        assert!(paid(20, 500).is_some(), "a debt is not paid");
        assert!(paid(21, -2_200).is_some(), "the day after is not paid with it");
        let mut twice = account();
        assert_eq!(twice.enter(Some(EntryKind::Clear), day(21), -1_500), None);
        assert_eq!((twice.closing(day(21)), twice.balance, twice.entries), (0, 700, 4));
        assert!(twice.enter(Some(EntryKind::Clear), day(21), 0).is_some());
    }
}
