use contracts::{
    Caller, DayRange, Money, Role,
    accounting::{INCOME_DAYS_MAX, Income, IncomeOfDay},
};
use platform::database::Failure;

use crate::{
    Accounting,
    storage::{self, manager_income_by_day::Totals},
};

/// What management earned on each day of a range, a month at most.
pub(crate) async fn income(accounting: &Accounting, caller: Caller, range: DayRange) -> Result<Income, Failure> {
    caller.require(&Role::MANAGEMENT)?;
    let today = accounting.clock.moment(&accounting.pool).await?.day;
    let days = range.resolve(today, INCOME_DAYS_MAX)?;
    let days: Vec<IncomeOfDay> = storage::manager_income_by_day::of_range(&accounting.pool, &days).await?.into_iter().map(of_day).collect();
    let sum = |amount: fn(&IncomeOfDay) -> Money| days.iter().map(amount).sum();
    Ok(Income {
        total_assign_fee: sum(|day| day.total_assign_fee),
        total_resolve_price: sum(|day| day.total_resolve_price),
        income: sum(|day| day.income),
        days,
    })
}

fn of_day(totals: Totals) -> IncomeOfDay {
    let Totals { day, assign_fee, resolve_price } = totals;
    let income = [assign_fee, -resolve_price].into_iter().sum();
    IncomeOfDay { day, total_assign_fee: assign_fee, total_resolve_price: resolve_price, income }
}
