use contracts::{
    BusinessDay, ServiceError,
    payroll::{PAYROLL_RUNS_MAX, Payroll, PayrollRun, PayrollStatus},
};
use i18n::{Amount, integer, written_day};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use super::{
    PAYROLL_PATH,
    run::run_path,
    start::{STARTED, StartForm, StartPayroll},
};
use crate::{
    design::{ErrorNotice, Paging, refusal},
    error::AppError,
    i18n::{locale, text},
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// The parameter with the last day of the part of the list before.
const BEFORE: &str = "before";

/// How many runs the page shows at once: a month of them.
const RUNS_SHOWN_MAX: usize = 31;

// One more is needed: it tells whether there is a next part.
const _: () = assert!(RUNS_SHOWN_MAX < PAYROLL_RUNS_MAX, "the service gives less at once than the page needs");

/// All runs, the newest first.
pub(super) fn runs_page() -> AnyView {
    let query = use_query_map();
    let day = |name| query.read_untracked().get_str(name).and_then(|day| day.parse::<BusinessDay>().ok());
    let refused = refusal(StartPayroll::PATH);
    let started = day(STARTED).filter(|_| refused.is_none());
    let before = day(BEFORE);
    server_made(async move {
        let part = RunsPart::of(before).await;
        let page = view! { <Runs part before started refused /> };
        Made { title: text().payroll().title().to_owned(), markup: page.to_html() }
    })
}

/// A part of the runs.
#[derive(Debug, Clone)]
struct RunsPart {
    runs: Vec<PayrollRun>,
    /// Whether the list goes on.
    goes_on: bool,
}

impl RunsPart {
    async fn of(before: Option<BusinessDay>) -> Result<Self, ServiceError> {
        let mut runs = service::<dyn Payroll>().runs(actor()?, before).await?;
        let goes_on = runs.len() > RUNS_SHOWN_MAX;
        runs.truncate(RUNS_SHOWN_MAX);
        Ok(Self { runs, goes_on })
    }
}

#[component]
fn Runs(
    part: Result<RunsPart, ServiceError>,
    before: Option<BusinessDay>,
    /// Of which day a run was started a moment ago.
    started: Option<BusinessDay>,
    /// Why none was.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().payroll();
    let news = started.map(|day| view! { <p class="notice">{text.started(&written_day(day.0, locale()))}</p> });
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let next = part.as_ref().ok().filter(|_| before.is_none()).and_then(|part| Some(part.runs.first()?.day.next()));
    let part = match part {
        Ok(part) => view! { <RunsSection part before /> }.into_any(),
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    view! {
        <div class="admin-page">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {news}
            {refused}
            {part}
            <StartForm next />
        </div>
    }
}

#[component]
fn RunsSection(part: RunsPart, before: Option<BusinessDay>) -> impl IntoView {
    let text = text().payroll();
    let RunsPart { runs, goes_on } = part;
    let next = runs.last().filter(|_| goes_on).map(|last| (format!("{PAYROLL_PATH}?{BEFORE}={}", last.day), text.older()));
    let first = before.map(|_| (PAYROLL_PATH.to_owned(), text.newest()));
    let paging = view! { <Paging label=text.paging() first next loaded_anew=true /> };
    if runs.is_empty() {
        return view! {
            <p>{text.nothing()}</p>
            {paging}
        }
        .into_any();
    }
    let rows = runs.into_iter().map(|run| view! { <RunRow run /> }).collect_view();
    view! {
        <section aria-label=text.runs()>
            <div class="table-scroll" role="region" tabindex="0" aria-label=text.runs_scroll()>
                <table class="figures-table">
                    <caption class="visually-hidden">{text.runs()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text.day()}</th>
                            <th scope="col">{text.status()}</th>
                            <th scope="col">{text.accounts()}</th>
                            <th scope="col">{text.payouts()}</th>
                            <th scope="col">{text.paid()}</th>
                            <th scope="col">{text.debtors()}</th>
                            <th scope="col">{text.debt()}</th>
                            <th scope="col">{text.letters()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        {paging}
    }
    .into_any()
}

#[component]
fn RunRow(run: PayrollRun) -> impl IntoView {
    let text = text().payroll();
    let cells = figures(&run).map(|(label, figure)| view! { <td data-label=label>{figure}</td> });
    view! {
        <tr>
            <th scope="row">
                <a href=run_path(run.day) rel="external">
                    {written_day(run.day.0, locale())}
                </a>
            </th>
            <td data-label=text.status()>{status_name(run.status)}</td>
            {cells.collect_view()}
        </tr>
    }
}

/// What a run has come to, with what each figure is called.
pub(super) fn figures(run: &PayrollRun) -> [(&'static str, String); 6] {
    let (text, locale) = (text().payroll(), locale());
    let count = |count: i64| integer(locale, count.unsigned_abs());
    let amount = |money| Amount(money).written(locale);
    [
        (text.accounts(), count(run.accounts)),
        (text.payouts(), count(run.payouts)),
        (text.paid(), amount(run.paid)),
        (text.debtors(), count(run.debtors)),
        (text.debt(), amount(run.debt)),
        (text.letters(), text.letters_of(&count(run.letters), &count(run.letters - run.unsent_letters))),
    ]
}

/// A status for people.
pub(super) fn status_name(status: PayrollStatus) -> &'static str {
    let text = text().payroll().status_name();
    match status {
        PayrollStatus::Waiting => text.waiting(),
        PayrollStatus::Booking => text.booking(),
        PayrollStatus::Done => text.done(),
    }
}
