use contracts::analytics::{CompanyDay, RemarkablePeriod};
use i18n::{Amount, integer, written_day};
use leptos::prelude::*;

use super::{
    charts::written_period,
    dashboard::{Days, Titles},
};
use crate::{
    i18n::{locale, text},
    tasks::task_path,
};

/// The ids of the tables.
pub(super) const DAYS_TABLE_ID: &str = "days-table";
pub(super) const PERIODS_TABLE_ID: &str = "periods-table";

/// Tables of more rows are closed at first: the charts show the same, and a page should not be endless.
const ROWS_SHOWN_MAX: usize = 14;

/// What the charts show, in figures. The newest come first.
pub(super) fn tables(days: Days, titles: &Titles) -> AnyView {
    let text = text().analytics();
    let Days { range, periods } = days;
    let (days_open, periods_open) = (range.days.len() <= ROWS_SHOWN_MAX, periods.len() <= ROWS_SHOWN_MAX);
    let rows = range.days.iter().rev().map(|day| view! { <DayRow day=*day /> }).collect_view();
    let amount = |money| Amount(money).written(locale());
    let periods = periods.into_iter().rev().map(|period| view! { <PeriodRow period titles=titles.clone() /> }).collect_view();
    view! {
        <details class="figures" id=DAYS_TABLE_ID open=days_open>
            <summary>{text.days_table()}</summary>
            <div class="table-scroll" role="region" tabindex="0" aria-label=text.days_scroll()>
                <table class="figures-table">
                    <caption class="visually-hidden">{text.days_table()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text.day()}</th>
                            <th scope="col">{text.fees()}</th>
                            <th scope="col">{text.rewards()}</th>
                            <th scope="col">{text.income()}</th>
                            <th scope="col">{text.negative_accounts()}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows}
                        <tr class="figures-sum">
                            <th scope="row">{text.sum()}</th>
                            <td data-label=text.fees()>{amount(range.total_assign_fee)}</td>
                            <td data-label=text.rewards()>{amount(range.total_resolve_price)}</td>
                            <td data-label=text.income()>{amount(range.income)}</td>
                            <td></td>
                        </tr>
                    </tbody>
                </table>
            </div>
        </details>
        <details class="figures" id=PERIODS_TABLE_ID open=periods_open>
            <summary>{text.periods_table()}</summary>
            <div class="table-scroll" role="region" tabindex="0" aria-label=text.periods_scroll()>
                <table class="figures-table">
                    <caption class="visually-hidden">{text.periods_table()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text.period_name()}</th>
                            <th scope="col">{text.price()}</th>
                            <th scope="col">{text.task()}</th>
                        </tr>
                    </thead>
                    <tbody>{periods}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn DayRow(day: CompanyDay) -> impl IntoView {
    let text = text().analytics();
    let amount = |money| Amount(money).written(locale());
    view! {
        <tr>
            <th scope="row">{written_day(day.day.0, locale())}</th>
            <td data-label=text.fees()>{amount(day.total_assign_fee)}</td>
            <td data-label=text.rewards()>{amount(day.total_resolve_price)}</td>
            <td data-label=text.income()>{amount(day.income)}</td>
            <td data-label=text.negative_accounts()>{integer(locale(), day.negative_balance_account_count.unsigned_abs())}</td>
        </tr>
    }
}

#[component]
fn PeriodRow(period: RemarkablePeriod, titles: Titles) -> impl IntoView {
    let text = text().analytics();
    let told = match period.most_expensive {
        Some(task) => view! {
            <td data-label=text.price()>{Amount(task.resolve_price).written(locale())}</td>
            <td data-label=text.task() class="figures-text">
                <a href=task_path(task.task_id) rel="external">
                    {titles.name(task.task_id)}
                </a>
            </td>
        }
        .into_any(),
        None => view! {
            <td data-label=text.price()>"—"</td>
            <td data-label=text.task() class="figures-text">{text.nothing_finished()}</td>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{written_period(&period)}</th>
            {told}
        </tr>
    }
}
