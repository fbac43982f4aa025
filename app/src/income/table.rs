use contracts::accounting::IncomeOfDay;
use i18n::{Amount, written_day};
use leptos::prelude::*;

use crate::i18n::{locale, text};

/// The table's id.
pub(super) const INCOME_TABLE_ID: &str = "income-table";

/// What the chart shows, in figures.
#[component]
pub(super) fn IncomeTable(days: Vec<IncomeOfDay>) -> impl IntoView {
    let text = text().income();
    let rows = days.into_iter().map(|day| {
        let amount = |money| Amount(money).written(locale());
        view! {
            <tr>
                <th scope="row">{written_day(day.day.0, locale())}</th>
                <td class="amount" data-label=text.fees()>{amount(day.total_assign_fee)}</td>
                <td class="amount" data-label=text.pay()>{amount(day.total_resolve_price)}</td>
                <td class="amount" data-label=text.income()>{amount(day.income)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=text.table_scroll()>
            <table id=INCOME_TABLE_ID class="income-table">
                <caption class="visually-hidden">{text.table()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text.day()}</th>
                        <th scope="col" class="amount">{text.fees()}</th>
                        <th scope="col" class="amount">{text.pay()}</th>
                        <th scope="col" class="amount">{text.income()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
