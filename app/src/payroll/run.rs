use std::collections::HashMap;

use contracts::{
    BusinessDay, LetterId, ServiceError, Subscription, UserId,
    auth::Directory,
    payroll::{LETTERS_PAGE_MAX, LetterSummary, Payroll, PayrollRun},
    queues::DeliveryStatus,
};
use i18n::{Amount, written_day};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    PAYROLL_PATH,
    letter::letter_path,
    runs::{figures, status_name},
};
use crate::{
    design::{ErrorNotice, Paging},
    i18n::{locale, shown_time, text},
    not_found::NotFoundPage,
    queues::queue_path,
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// The parameter with the last letter of the part of the list before.
const AFTER: &str = "after";

/// The address of the page about the run of a day.
pub(super) fn run_path(day: BusinessDay) -> String {
    format!("{PAYROLL_PATH}/{day}")
}

/// What a run has paid, and the letters about it.
pub(super) fn run_page() -> AnyView {
    let day = use_params_map().read_untracked().get_str("day").and_then(|day| day.parse::<BusinessDay>().ok());
    let after = use_query_map().read_untracked().get_str(AFTER).and_then(|number| number.parse().ok());
    server_made(async move {
        let found = match day {
            Some(day) => RunPart::of(day, after).await,
            None => Err(ServiceError::NotFound),
        };
        match found {
            Ok(part) => Made {
                title: text().payroll().run().title(&written_day(part.run.day.0, locale())),
                markup: view! { <Run part after /> }.to_html(),
            },
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => {
                Made { title: text().payroll().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() }
            }
        }
    })
}

/// A run and a part of its letters.
#[derive(Debug, Clone)]
struct RunPart {
    run: PayrollRun,
    letters: Vec<LetterSummary>,
    people: HashMap<UserId, String>,
}

impl RunPart {
    async fn of(day: BusinessDay, after: Option<LetterId>) -> Result<Self, ServiceError> {
        let (actor, payroll) = (actor()?, service::<dyn Payroll>());
        let run = payroll.run(actor, day).await?;
        let letters = payroll.letters(actor, day, after).await?;
        let user_ids: Vec<UserId> = letters.iter().map(|letter| letter.user_id).chain(run.started_by).collect();
        // Without auth the page does without names: ids tell the same.
        let users = service::<dyn Directory>().users(&user_ids).await.unwrap_or_default();
        Ok(Self { run, letters, people: users.into_iter().map(|user| (user.user_id, user.display_name)).collect() })
    }

    fn person(&self, user_id: UserId) -> String {
        self.people.get(&user_id).cloned().unwrap_or_else(|| user_id.to_string())
    }
}

#[component]
fn Run(part: RunPart, after: Option<LetterId>) -> impl IntoView {
    let page_text = text();
    let (payroll_text, text) = (page_text.payroll(), page_text.payroll().run());
    let run = &part.run;
    let started_by = run.started_by.map_or_else(|| text.by_itself().to_owned(), |user_id| part.person(user_id));
    let late = run.unfinished_deliveries.filter(|count| *count > 0).map(|count| text.unfinished_note(count.unsigned_abs()));
    let facts = [
        (text.started_at(), Some(shown_time(run.started_at))),
        (text.started_by(), Some(started_by)),
        (payroll_text.finished(), run.finished_at.map(shown_time)),
        (text.unfinished(), late),
    ];
    let facts = facts.into_iter().filter_map(|(term, fact)| Some((term, fact?))).chain(figures(run)).map(|(term, fact)| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{fact}</dd>
            </div>
        }
    });
    let facts = facts.collect_view();
    let title = text.title(&written_day(run.day.0, locale()));
    let status = status_name(run.status);
    view! {
        <div class="admin-page">
            <a href=PAYROLL_PATH rel="external">
                {text.back()}
            </a>
            <h1>{title} " " <span class="tag">{status}</span></h1>
            <dl class="facts">{facts}</dl>
            <section class="payroll-letters" aria-labelledby="letters">
                <h2 id="letters">{text.letters()}</h2>
                <Letters part after />
            </section>
        </div>
    }
}

#[component]
fn Letters(part: RunPart, after: Option<LetterId>) -> impl IntoView {
    let text = text().payroll().run();
    let day = part.run.day;
    let unsent = (part.run.unsent_letters > 0).then(|| {
        let path = queue_path(Subscription::AccountingPayrollLetter, DeliveryStatus::Dead);
        view! {
            <p>{text.unsent(part.run.unsent_letters.unsigned_abs())} " " <a href=path rel="external">{text.to_queue()}</a></p>
        }
    });
    let is_full = i64::try_from(part.letters.len()).is_ok_and(|count| count >= LETTERS_PAGE_MAX);
    let next = part.letters.last().filter(|_| is_full).map(|last| (format!("{}?{AFTER}={}", run_path(day), last.letter_id), text.more()));
    let first = after.map(|_| (run_path(day), text.first()));
    let paging = view! { <Paging label=text.paging() first next loaded_anew=true /> };
    if part.letters.is_empty() {
        return view! {
            {unsent}
            <p>{text.no_letters()}</p>
            {paging}
        }
        .into_any();
    }
    let rows = part.letters.iter().map(|letter| view! { <LetterRow letter=letter.clone() name=part.person(letter.user_id) day /> });
    let rows = rows.collect_view();
    view! {
        {unsent}
        <div class="table-scroll" role="region" tabindex="0" aria-label=text.letters_scroll()>
            <table class="figures-table">
                <caption class="visually-hidden">{text.letters()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text.name()}</th>
                        <th scope="col">{text.paid()}</th>
                        <th scope="col">{text.balance()}</th>
                        <th scope="col">{text.sent()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {paging}
    }
    .into_any()
}

#[component]
fn LetterRow(letter: LetterSummary, name: String, day: BusinessDay) -> impl IntoView {
    let text = text().payroll().run();
    let amount = |money| Amount(money).written(locale());
    let sent = letter.sent_at.map_or_else(|| text.not_sent().to_owned(), shown_time);
    view! {
        <tr>
            <th scope="row">
                <a href=letter_path(day, letter.letter_id) rel="external">
                    {name}
                </a>
            </th>
            <td data-label=text.paid()>{amount(letter.paid)}</td>
            <td data-label=text.balance()>{amount(letter.balance)}</td>
            <td data-label=text.sent()>{sent}</td>
        </tr>
    }
}
