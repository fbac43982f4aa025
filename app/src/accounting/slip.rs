use leptos::prelude::*;

use super::sheet::{AccountSheet, Entry};
use crate::i18n::text;

/// The balance, large, and the day as the ledger tells it.
#[component]
pub(super) fn Slip(sheet: AccountSheet) -> impl IntoView {
    let text = text().accounting();
    let AccountSheet { is_debt, day, opening_balance, balance, entries } = sheet;
    let nothing = entries.is_empty().then(|| view! { <p class="field-hint">{text.nothing()}</p> });
    let rows = entries.into_iter().map(|entry| view! { <EntryRow entry /> }).collect_view();
    view! {
        <p class="balance">
            <span class="balance-label">{text.balance()}</span>
            <span class="balance-amount">{balance.clone()}</span>
            {is_debt.then(|| view! { <span class="field-hint">{text.debt()}</span> })}
        </p>
        <div class="slip">
            <table>
                <caption>{text.today(&day)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text.entry()}</th>
                        <th scope="col" class="amount">
                            {text.amount()}
                        </th>
                        <th scope="col" class="amount">
                            {text.balance_after()}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">{text.opening()}</th>
                        <td></td>
                        <td class="amount">{opening_balance}</td>
                    </tr>
                    {rows}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{text.closing()}</th>
                        <td></td>
                        <td class="amount">{balance}</td>
                    </tr>
                </tfoot>
            </table>
            {nothing}
        </div>
        <p class="field-hint">{text.delay()}</p>
    }
}

#[component]
fn EntryRow(entry: Entry) -> impl IntoView {
    let Entry { occasion, task, amount, is_income, balance_after } = entry;
    view! {
        <tr>
            <th scope="row">
                <span class="entry-kind">{occasion}</span>
                <span class="entry-text">{task}</span>
            </th>
            <td class=if is_income { "amount amount-in" } else { "amount" }>{amount}</td>
            <td class="amount">{balance_after}</td>
        </tr>
    }
}
