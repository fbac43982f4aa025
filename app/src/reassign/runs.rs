use std::{collections::HashMap, ops::RangeInclusive};

use contracts::{
    Money, RunId, ServiceError, UserId,
    accounting::Accounting,
    auth::Directory,
    reassign::{REASSIGN_RUNS_PAGE_SIZE, Reassign, ReassignRun, ReassignStatus},
};
use i18n::{Amount, integer};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use super::{
    REASSIGN_PATH,
    actions::StartReassign,
    run::{Progress, run_path},
};
use crate::{
    design::{ErrorNotice, Paging, refusal},
    error::AppError,
    i18n::{locale, shown_time, text},
    server_made::{Made, server_made},
    service::service,
    session::actor,
    tasks::TASKS_PATH,
};

/// The parameter with the last run of the part of the list before.
const BEFORE: &str = "before";

/// How many runs the page shows at once.
const RUNS_SHOWN_MAX: usize = 30;

// One more is needed: it tells whether there is a next part.
const _: () = assert!(RUNS_SHOWN_MAX < REASSIGN_RUNS_PAGE_SIZE, "the service gives less at once than the page needs");

/// What a run would cost now, and all runs, the newest first.
pub(super) fn runs_page() -> AnyView {
    let before = use_query_map().read_untracked().get_str(BEFORE).and_then(|number| number.parse().ok());
    let refused = refusal(StartReassign::PATH);
    server_made(async move {
        let part = RunsPage::of(before).await;
        let page = view! { <Runs part before refused /> };
        Made { title: text().reassign().title().to_owned(), markup: page.to_html() }
    })
}

/// What a run that is asked for now comes to.
#[derive(Debug, Clone, Copy)]
enum Outlook {
    /// The run that is running: another does not start before it has ended.
    Running(ReassignRun),
    /// A run over so many tasks.
    OpenTasks(i64),
}

/// A page of the runs, and what another one would be.
#[derive(Debug, Clone)]
struct RunsPage {
    outlook: Outlook,
    runs: Vec<ReassignRun>,
    /// Whether there are more.
    has_more: bool,
    people: HashMap<UserId, String>,
}

impl RunsPage {
    async fn of(before: Option<RunId>) -> Result<Self, ServiceError> {
        let actor = actor()?;
        let reassign = service::<dyn Reassign>();
        let outlook = match reassign.running(actor).await? {
            Some(run) => Outlook::Running(run),
            None => Outlook::OpenTasks(reassign.open_tasks(actor).await?),
        };
        let mut runs = reassign.runs(actor, before).await?;
        let has_more = runs.len() > RUNS_SHOWN_MAX;
        runs.truncate(RUNS_SHOWN_MAX);
        let starters: Vec<UserId> = runs.iter().filter_map(|run| run.started_by).collect();
        // Without auth the page does without names.
        let users = service::<dyn Directory>().users(&starters).await.unwrap_or_default();
        Ok(Self { outlook, runs, has_more, people: users.into_iter().map(|user| (user.user_id, user.display_name)).collect() })
    }
}

#[component]
fn Runs(
    part: Result<RunsPage, ServiceError>,
    before: Option<RunId>,
    /// Why none was started.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().reassign();
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let part = match part {
        Ok(part) => {
            let outlook = part.outlook;
            view! {
                <OutlookSection outlook />
                <RunsSection part before />
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    view! {
        <div class="admin-page">
            <a href=TASKS_PATH rel="external">
                {text.back()}
            </a>
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {refused}
            {part}
        </div>
    }
}

/// The run that goes on, or the form that starts one, behind what it will cost.
#[component]
fn OutlookSection(outlook: Outlook) -> impl IntoView {
    let text = text().reassign();
    let open_tasks = match outlook {
        Outlook::Running(run) => return view! { <Progress run /> }.into_any(),
        Outlook::OpenTasks(open_tasks) => open_tasks,
    };
    if open_tasks == 0 {
        return view! { <p class="notice">{text.nothing_open()}</p> }.into_any();
    }
    let tasks = text.open_tasks(open_tasks.unsigned_abs());
    let cost = match cost(open_tasks, &service::<dyn Accounting>().assign_fees()) {
        Some((least, most)) => text.cost(&Amount(least).written(locale()), &Amount(most).written(locale())),
        None => String::new(),
    };
    view! {
        <p>{tasks}</p>
        <details class="decision">
            <summary class="button">{text.start()}</summary>
            <form class="card form" method="post" action=StartReassign::url()>
                <p>{text.start_explained()}</p>
                <p>
                    <strong>{cost}</strong>
                </p>
                <button class="button" type="submit">
                    {text.start_confirm()}
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// What all employees together will be charged, at least and at most; nothing where that is more than there can be.
fn cost(open_tasks: i64, fees: &RangeInclusive<Money>) -> Option<(Money, Money)> {
    let times = |fee: &Money| fee.cents().checked_mul(open_tasks).map(Money::from_cents);
    Some((times(fees.start())?, times(fees.end())?))
}

#[component]
fn RunsSection(part: RunsPage, before: Option<RunId>) -> impl IntoView {
    let text = text().reassign();
    let RunsPage { runs, has_more, people, .. } = part;
    let next = runs.last().filter(|_| has_more).map(|last| (format!("{REASSIGN_PATH}?{BEFORE}={}", last.run_id), text.older()));
    let first = before.map(|_| (REASSIGN_PATH.to_owned(), text.newest()));
    let paging = view! { <Paging label=text.paging() first next loaded_anew=true /> };
    if runs.is_empty() {
        return view! {
            <p>{text.nothing()}</p>
            {paging}
        }
        .into_any();
    }
    let rows = runs.into_iter().map(|run| {
        let started_by = run
            .started_by
            .map_or_else(|| text.operator().to_owned(), |user_id| people.get(&user_id).cloned().unwrap_or_else(|| user_id.to_string()));
        view! { <RunRow run started_by /> }
    });
    view! {
        <section aria-labelledby="runs">
            <h2 id="runs">{text.runs()}</h2>
            <div class="table-scroll" role="region" tabindex="0" aria-label=text.runs_scroll()>
                <table class="figures-table">
                    <caption class="visually-hidden">{text.runs()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text.started_at()}</th>
                            <th scope="col">{text.started_by()}</th>
                            <th scope="col">{text.status()}</th>
                            <th scope="col">{text.assigned()}</th>
                            <th scope="col">{text.failures()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
        {paging}
    }
    .into_any()
}

#[component]
fn RunRow(run: ReassignRun, started_by: String) -> impl IntoView {
    let text = text().reassign();
    let count = |count: i64| integer(locale(), count.unsigned_abs());
    view! {
        <tr>
            <th scope="row">
                <a href=run_path(run.run_id) rel="external">
                    {shown_time(run.started_at)}
                </a>
            </th>
            <td data-label=text.started_by()>{started_by}</td>
            <td data-label=text.status()>{status_name(run.status)}</td>
            <td data-label=text.assigned()>{count(run.assigned)}</td>
            <td data-label=text.failures()>{count(run.failures)}</td>
        </tr>
    }
}

/// A status for people.
pub(super) fn status_name(status: ReassignStatus) -> &'static str {
    let text = text().reassign().status_name();
    match status {
        ReassignStatus::Running => text.running(),
        ReassignStatus::Done => text.done(),
        ReassignStatus::Failed => text.failed(),
        ReassignStatus::Cancelled => text.cancelled(),
    }
}
