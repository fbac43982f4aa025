use contracts::{
    BusinessDay, Money,
    analytics::{CompanyDay, RemarkablePeriod},
};
use i18n::{Amount, integer, short_day, written_day};
use leptos::prelude::*;

use super::{
    dashboard::{Days, Titles},
    tables::{DAYS_TABLE_ID, PERIODS_TABLE_ID},
};
use crate::{
    design::{Bar, BarChart},
    i18n::{locale, text},
};

/// The days as drawings. Days to come leave gaps, and so do periods in which nothing was finished.
pub(super) fn charts(days: &Days, today: BusinessDay, titles: &Titles) -> AnyView {
    let text = text().analytics();
    let of_days = |bar: fn(&CompanyDay) -> (i64, String)| -> Vec<Bar> {
        let bar = |day: &CompanyDay| {
            let (value, says) = bar(day);
            let label = short_day(day.day.0, locale());
            if day.day > today {
                return Bar { label, value: None, says: text.to_come(&written_day(day.day.0, locale())) };
            }
            Bar { label, value: Some(value), says }
        };
        days.range.days.iter().map(bar).collect()
    };
    let income = of_days(|day| (day.income.cents(), text_of(day, &Amount(day.income).written(locale()))));
    let negative = of_days(|day| (day.negative_balance_account_count, text_of(day, &accounts(day.negative_balance_account_count))));
    let tasks: Vec<Bar> = days.periods.iter().map(|period| remarkable_bar(period, titles)).collect();
    let past = text.past_chart();
    view! {
        <h3>{text.income_by_day()}</h3>
        <BarChart
            id="income-chart"
            title=text.income_by_day()
            description=text.income_explained()
            bars=income
            written=written_amount
            past=(past, DAYS_TABLE_ID)
        />
        <h3>{text.negative_by_day()}</h3>
        <BarChart
            id="negative-chart"
            title=text.negative_by_day()
            description=text.negative_explained()
            bars=negative
            written=|count| integer(locale(), count.unsigned_abs())
            past=(past, DAYS_TABLE_ID)
        />
        <h3>{text.tasks_by_period()}</h3>
        <BarChart
            id="tasks-chart"
            title=text.tasks_by_period()
            description=text.tasks_explained()
            bars=tasks
            written=written_amount
            past=(past, PERIODS_TABLE_ID)
        />
    }
    .into_any()
}

fn written_amount(cents: i64) -> String {
    Amount(Money::from_cents(cents)).written(locale())
}

fn accounts(count: i64) -> String {
    text().analytics().accounts(count.unsigned_abs())
}

fn text_of(day: &CompanyDay, told: &str) -> String {
    text().analytics().bar(&written_day(day.day.0, locale()), told)
}

fn remarkable_bar(period: &RemarkablePeriod, titles: &Titles) -> Bar {
    let text = text().analytics();
    let told = match period.most_expensive {
        Some(task) => text.task_priced(&Amount(task.resolve_price).written(locale()), &titles.name(task.task_id)),
        None => text.nothing_finished().to_owned(),
    };
    Bar {
        label: short_day(period.from.0, locale()),
        value: period.most_expensive.map(|task| task.resolve_price.cents()),
        says: text.bar(&written_period(period), &told),
    }
}

/// A day, or the first and the last one.
pub(super) fn written_period(period: &RemarkablePeriod) -> String {
    let written = |day: BusinessDay| written_day(day.0, locale());
    if period.from == period.to { written(period.from) } else { text().analytics().period(&written(period.from), &written(period.to)) }
}
