//! Prices are drawn, uniformly over whole cents, both ends included (specification, decision 1).

use contracts::{Money, TaskId, accounting::TaskPrice};
use platform::{config::Prices, randomness::Randomness};
use rand::RngExt as _;

/// Draws what a task costs and pays.
pub(crate) fn draw(task_id: TaskId, settings: &Prices, randomness: &Randomness) -> TaskPrice {
    randomness.with(|generator| TaskPrice {
        task_id,
        assign_fee: Money::from_cents(generator.random_range(settings.assign_fee_min..=settings.assign_fee_max)),
        resolve_price: Money::from_cents(generator.random_range(settings.resolve_price_min..=settings.resolve_price_max)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_cent_of_the_range_is_drawn_and_none_beyond() {
        let settings = Prices { assign_fee_min: 10, assign_fee_max: 13, resolve_price_min: 20, resolve_price_max: 20 };
        let randomness = Randomness::seeded(7);
        let drawn: Vec<TaskPrice> = (0..1_000).map(|task_id| draw(TaskId(task_id), &settings, &randomness)).collect();
        let fees: HashSet<i64> = drawn.iter().map(|price| price.assign_fee.cents()).collect();
        assert_eq!(fees, HashSet::from([10, 11, 12, 13]));
        assert!(drawn.iter().all(|price| price.resolve_price == Money::from_cents(20)));
    }
}
