use contracts::{
    BusinessDay, ServiceError,
    accounting::Accounting,
    letter::{Letter, LetterEntry},
};
use i18n::{Amount, written_day};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    accounting::{OWN_ACCOUNT_PATH, entry::kind_name},
    design::ErrorNotice,
    error::AppError,
    i18n::{CompanyTimeZone, locale, shown_time, text, written_time_of_day},
    not_found::NotFoundPage,
    server_made::{Made, server_made},
    service::service,
    session::CurrentSession,
};

/// What the visitor was paid for the day that the address names.
pub(super) fn pay_slip_page() -> AnyView {
    let day = use_params_map().read_untracked().get_str("day").and_then(|day| day.parse::<BusinessDay>().ok());
    server_made(async move {
        let text = text();
        match told(day).await {
            Ok(letter) => Made {
                title: text.accounting().pay_slip().title(&written_day(letter.day.0, locale())),
                markup: view! { <PaySlip letter /> }.to_html(),
            },
            Err(AppError::Service(ServiceError::NotFound)) => {
                Made { title: text.not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => Made { title: text.accounting().title().to_owned(), markup: view! { <ErrorNotice error /> }.to_html() },
        }
    })
}

async fn told(day: Option<BusinessDay>) -> Result<Letter, AppError> {
    let caller = CurrentSession::required()?.caller();
    let day = day.ok_or(ServiceError::NotFound)?;
    Ok(service::<dyn Accounting>().own_pay_slip(caller, day).await?)
}

#[component]
fn PaySlip(letter: Letter) -> impl IntoView {
    let page_text = text();
    let (account_text, text) = (page_text.accounting(), page_text.accounting().pay_slip());
    let amount = |money| Amount(money).written(locale());
    let day = letter.day;
    let facts = [
        (text.employee(), letter.to.display_name),
        (text.account(), letter.account_id.to_string()),
        (text.written_at(), shown_time(letter.written_at)),
        (text.number(), letter.letter_id.to_string()),
    ];
    let facts = facts.map(|(term, fact)| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{fact}</dd>
            </div>
        }
    });
    let sums = [
        (text.carried_over(), letter.carried_over),
        (text.fees(), -letter.fees),
        (text.rewards(), letter.rewards),
        (text.paid(), letter.paid),
        (text.balance(), letter.balance),
    ];
    let sums = sums.map(|(name, sum)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="amount">{amount(sum)}</td>
            </tr>
        }
    });
    let more = (letter.more_entries > 0).then(|| view! { <p>{text.more_entries(letter.more_entries.unsigned_abs())}</p> });
    let entries = if letter.entries.is_empty() {
        view! { <p>{text.no_entries()}</p> }.into_any()
    } else {
        let rows = letter.entries.into_iter().map(|entry| view! { <EntryRow entry /> }).collect_view();
        view! {
            <table>
                <thead>
                    <tr>
                        <th scope="col">{account_text.entry()}</th>
                        <th scope="col" class="amount">
                            {account_text.amount()}
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <article class="accounting pay-slip">
            <a class="no-print" href=format!("{OWN_ACCOUNT_PATH}?day={day}") rel="external">
                {text.back()}
            </a>
            <h1>{text.title(&written_day(day.0, locale()))}</h1>
            <dl class="facts">{facts.collect_view()}</dl>
            <table>
                <caption class="visually-hidden">{text.sums()}</caption>
                <tbody>{sums.collect_view()}</tbody>
            </table>
            <section aria-labelledby="entries">
                <h2 id="entries">{text.entries()}</h2>
                {entries}
                {more}
            </section>
        </article>
    }
}

#[component]
fn EntryRow(entry: LetterEntry) -> impl IntoView {
    let LetterEntry { event_time, entry_kind, signed_amount, task_title } = entry;
    let what = kind_name(entry_kind, locale());
    let time = written_time_of_day(CompanyTimeZone::current().local(event_time));
    view! {
        <tr>
            <th scope="row">
                <span class="entry-kind">{[&time, what].join(" · ")}</span>
                <span class="entry-text">{task_title}</span>
            </th>
            <td class="amount">{Amount(signed_amount).as_change(locale())}</td>
        </tr>
    }
}
