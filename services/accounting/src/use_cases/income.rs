use chrono::Datelike as _;
use contracts::{
    BusinessDay, Caller, Money, Role, ServiceError,
    accounting::{DayRange, INCOME_DAYS_MAX, Income, IncomeOfDay},
};
use platform::database::Failure;

use crate::{
    Accounting,
    storage::{self, manager_income_by_day::Totals},
};

/// What management earned on each day of a range, a month at most.
pub(crate) async fn income(accounting: &Accounting, caller: Caller, range: DayRange) -> Result<Income, Failure> {
    caller.require(&Role::MANAGEMENT)?;
    let to = match range.to {
        Some(to) => to,
        None => accounting.clock.moment(&accounting.pool).await?.day,
    };
    let from = range.from.unwrap_or_else(|| first_of_month(to));
    check(from, to)?;
    let days: Vec<IncomeOfDay> =
        storage::manager_income_by_day::of_range(&accounting.pool, from, to).await?.into_iter().map(of_day).collect();
    let sum = |amount: fn(&IncomeOfDay) -> Money| days.iter().map(amount).sum();
    Ok(Income {
        total_assign_fee: sum(|day| day.total_assign_fee),
        total_resolve_price: sum(|day| day.total_resolve_price),
        income: sum(|day| day.income),
        days,
    })
}

fn check(from: BusinessDay, to: BusinessDay) -> Result<(), ServiceError> {
    match usize::try_from((to.0 - from.0).num_days()) {
        Err(_) => Err(ServiceError::RangeBackwards),
        Ok(days_between) if days_between >= INCOME_DAYS_MAX => Err(ServiceError::TooManyDays { max: INCOME_DAYS_MAX }),
        Ok(_) => Ok(()),
    }
}

fn of_day(totals: Totals) -> IncomeOfDay {
    let Totals { day, assign_fee, resolve_price } = totals;
    let income = [assign_fee, -resolve_price].into_iter().sum();
    IncomeOfDay { day, total_assign_fee: assign_fee, total_resolve_price: resolve_price, income }
}

fn first_of_month(day: BusinessDay) -> BusinessDay {
    // Every month has a first day.
    BusinessDay(day.0.with_day(1).unwrap_or(day.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_month_at_most_and_goes_forward() {
        let day = |text: &str| text.parse::<BusinessDay>().expect("a day");
        assert_eq!(check(day("2026-10-01"), day("2026-10-31")), Ok(()));
        assert_eq!(check(day("2026-10-01"), day("2026-10-01")), Ok(()));
        assert_eq!(check(day("2026-10-01"), day("2026-11-01")), Err(ServiceError::TooManyDays { max: 31 }));
        assert_eq!(check(day("2026-10-02"), day("2026-10-01")), Err(ServiceError::RangeBackwards));
        assert_eq!(first_of_month(day("2028-02-29")), day("2028-02-01"));
    }
}
