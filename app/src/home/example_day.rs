use leptos::prelude::*;

use crate::i18n::text;

/// One parrot's day as the ledger tells it: two fees, a reward, the payout. The figures are made up, and the slip says so.
#[component]
pub(super) fn ExampleDay() -> impl IntoView {
    let text = text().home().example();
    let entries = [
        (text.assigned(), text.first_task(), text.first_fee(), "amount"),
        (text.assigned(), text.second_task(), text.second_fee(), "amount"),
        (text.done(), text.first_task(), text.reward(), "amount amount-in"),
        (text.payout(), text.payout_text(), text.paid(), "amount"),
    ];
    let rows = entries.map(|(kind, what, amount, class)| {
        view! {
            <tr>
                <th scope="row">
                    <span class="entry-kind">{kind}</span>
                    <span class="entry-text">{what}</span>
                </th>
                <td class=class>{amount}</td>
            </tr>
        }
    });
    view! {
        <div class="slip"><table>
            <caption>
                {text.title()} " " <span class="tag">{text.note()}</span>
            </caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{text.entry()}</th>
                    <th scope="col">{text.amount()}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{text.balance()}</th>
                    <td class="amount">{text.balance_amount()}</td>
                </tr>
            </tfoot>
        </table></div>
    }
}
