//! On which days accounts go below zero and come back (specification, decision 8).

use std::collections::BTreeMap;

use contracts::{BusinessDay, Money};

/// What an account moved on some days, the sums of its entries.
pub(crate) type Days = BTreeMap<BusinessDay, Money>;

/// A sum that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

/// How the number of negative accounts changes on each day when an account moves `added` more than is known of it.
///
/// `opening` is what it held before the first day of `added`, `known` what is known of that day and later ones. Days on which nothing
/// changes are left out. Its cost is that of the account's own days from there on, and of no other account's.
pub(crate) fn changes(opening: Money, known: &Days, added: &Days) -> Result<BTreeMap<BusinessDay, i64>, TooMuch> {
    let mut moved = known.clone();
    for (day, amount) in added {
        let sum = moved.entry(*day).or_default();
        *sum = sum.checked_add(*amount).ok_or(TooMuch)?;
    }
    let mut changes = crossings(opening, &moved)?;
    for (day, crossing) in crossings(opening, known)? {
        *changes.entry(day).or_default() -= crossing;
    }
    changes.retain(|_, change| *change != 0);
    Ok(changes)
}

/// The days on which an account goes below zero (1) or comes back (−1).
fn crossings(opening: Money, moved: &Days) -> Result<BTreeMap<BusinessDay, i64>, TooMuch> {
    let mut crossings = BTreeMap::new();
    let mut balance = opening;
    for (day, amount) in moved {
        let closing = balance.checked_add(*amount).ok_or(TooMuch)?;
        if closing.is_negative() != balance.is_negative() {
            crossings.insert(*day, if closing.is_negative() { 1 } else { -1 });
        }
        balance = closing;
    }
    Ok(crossings)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn day(number: u32) -> BusinessDay {
        BusinessDay(NaiveDate::from_num_days_from_ce_opt(739_000).expect("a day") + chrono::Days::new(u64::from(number)))
    }

    fn days(amounts: &[(u32, i64)]) -> Days {
        amounts.iter().map(|(number, cents)| (day(*number), Money::from_cents(*cents))).collect()
    }

    fn told(opening: i64, known: &[(u32, i64)], added: &[(u32, i64)]) -> Vec<(BusinessDay, i64)> {
        changes(Money::from_cents(opening), &days(known), &days(added)).expect("it fits").into_iter().collect()
    }

    #[test]
    fn a_late_entry_corrects_its_day_and_the_later_ones() {
        // Charged on day 2, paid on day 5: negative from 2 to 4.
        assert_eq!(told(0, &[], &[(2, -10)]), [(day(2), 1)]);
        assert_eq!(told(0, &[(2, -10)], &[(5, 20)]), [(day(5), -1)]);
        // Late, a reward of day 1: it never was.
        assert_eq!(told(0, &[(2, -10), (5, 20)], &[(1, 10)]), [(day(2), -1), (day(5), 1)]);
        // Late, a fee of day 1: it was a day earlier.
        assert_eq!(told(0, &[(2, -10), (5, 20)], &[(1, -5)]), [(day(1), 1), (day(2), -1)]);
        // Nothing is below zero.
        assert_eq!(told(5, &[], &[(1, -5)]), []);
        assert_eq!(changes(Money::from_cents(i64::MAX), &Days::new(), &days(&[(1, 1)])), Err(TooMuch));
    }

    proptest! {
        /// However an account's entries are cut up and put in order, the changes add up to what a recomputation finds.
        #[test]
        fn the_order_of_entries_does_not_matter(entries in prop::collection::vec((0_u32..12, -30_i64..30), 0..30), batch in 1_usize..6) {
            let (mut known, mut counted) = (Days::new(), BTreeMap::<BusinessDay, i64>::new());
            for entries in entries.chunks(batch) {
                let mut added = Days::new();
                for (number, cents) in entries {
                    let sum = added.entry(day(*number)).or_default();
                    *sum = sum.checked_add(Money::from_cents(*cents)).expect("it fits");
                }
                let first = *added.keys().next().expect("an entry");
                let opening: Money = known.range(..first).map(|(_, amount)| *amount).sum();
                let later: Days = known.range(first..).map(|(day, amount)| (*day, *amount)).collect();
                for (day, change) in changes(opening, &later, &added).expect("it fits") {
                    *counted.entry(day).or_default() += change;
                }
                for (day, amount) in added {
                    let sum = known.entry(day).or_default();
                    *sum = sum.checked_add(amount).expect("it fits");
                }
            }
            let mut negative = 0;
            for number in 0..12 {
                negative += counted.get(&day(number)).copied().unwrap_or_default();
                let closing: Money = known.range(..=day(number)).map(|(_, amount)| *amount).sum();
                prop_assert_eq!(negative, i64::from(closing.is_negative()), "day {}", number);
            }
        }
    }
}
