use leptos::prelude::*;

use super::{
    day::{DaySheet, Entry, part_path},
    entry::{ChangeCell, OccasionCell},
};
use crate::i18n::text;

/// The day, or a part of it, as the ledger tells it.
#[component]
pub(super) fn Slip(sheet: DaySheet) -> impl IntoView {
    let text = text().accounting();
    let DaySheet { day, name, is_today, opening_balance, closing_balance, carried_over, entries, next_after, .. } = sheet;
    let nothing = entries.is_empty().then(|| {
        let nothing = if is_today { text.nothing() } else { text.nothing_then() };
        view! { <p class="field-hint">{nothing}</p> }
    });
    let first = match carried_over {
        Some(balance) => (text.carried_over(), balance),
        None => (text.opening(), opening_balance),
    };
    let last = match next_after {
        Some(_) => text.closing_of_day(),
        None if is_today => text.closing(),
        None => text.closing_then(),
    };
    let more = next_after.map(|after| {
        view! {
            <a class="button button-quiet" href=part_path(&day, after) rel="next">
                {text.more()}
            </a>
        }
    });
    let rows = entries.into_iter().map(|entry| view! { <EntryRow entry /> }).collect_view();
    let caption = if is_today { text.today(&name) } else { name };
    view! {
        <div class="slip">
            <table>
                <caption>{caption}</caption>
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
                        <th scope="row">{first.0}</th>
                        <td></td>
                        <td class="amount">{first.1}</td>
                    </tr>
                    {rows}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{last}</th>
                        <td></td>
                        <td class="amount">{closing_balance}</td>
                    </tr>
                </tfoot>
            </table>
            {nothing}
        </div>
        {more}
    }
}

#[component]
fn EntryRow(entry: Entry) -> impl IntoView {
    let Entry { occasion, change, balance_after } = entry;
    view! {
        <tr>
            <OccasionCell occasion />
            <ChangeCell change=Some(change) />
            <td class="amount">{balance_after}</td>
        </tr>
    }
}
