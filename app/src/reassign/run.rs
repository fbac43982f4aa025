use contracts::{
    RunId, ServiceError, TaskId,
    auth::Directory,
    reassign::{REASSIGN_FAILURES_PAGE_SIZE, Reassign, ReassignFailure, ReassignRun, ReassignStatus},
};
use i18n::integer;
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{REASSIGN_PATH, actions::CancelReassign, runs::status_name};
use crate::{
    design::{ErrorNotice, Paging, refusal},
    error::AppError,
    i18n::{locale, shown_time, text},
    not_found::NotFoundPage,
    server_made::{Made, server_made},
    service::service,
    session::actor,
    tasks::task_path,
};

/// The parameter with the last task of the part of the list before.
const AFTER: &str = "after";

/// After how many seconds a browser without JavaScript loads the page again, while a run goes on.
const REFRESH_INTERVAL_SECONDS: &str = "2";

/// The address of the page about a run.
pub(super) fn run_path(run_id: RunId) -> String {
    format!("{REASSIGN_PATH}/{run_id}")
}

/// How a run gets on, and which tasks it could not give to anybody.
pub(super) fn run_page() -> AnyView {
    let run_id = use_params_map().read_untracked().get_str("run_id").and_then(|number| number.parse().ok());
    let after = use_query_map().read_untracked().get_str(AFTER).and_then(|number| number.parse().ok());
    let refused = refusal(CancelReassign::PATH);
    server_made(async move {
        match RunDetails::of(run_id, after).await {
            Ok(part) => {
                let title = text().reassign().run_title(&part.run.run_id.to_string());
                Made { title, markup: view! { <Run part after refused /> }.to_html() }
            }
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => {
                Made { title: text().reassign().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() }
            }
        }
    })
}

/// A run and a part of its failures.
#[derive(Debug, Clone)]
struct RunDetails {
    run: ReassignRun,
    failures: Vec<ReassignFailure>,
    /// Nothing where auth does not answer.
    started_by: Option<String>,
}

impl RunDetails {
    async fn of(run_id: Option<RunId>, after: Option<TaskId>) -> Result<Self, ServiceError> {
        let run_id = run_id.ok_or(ServiceError::NotFound)?;
        let (actor, reassign) = (actor()?, service::<dyn Reassign>());
        let run = reassign.run(actor, run_id).await?;
        let failures = reassign.failures(actor, run_id, after).await?;
        let started_by = match run.started_by {
            Some(user_id) => service::<dyn Directory>().user(user_id).await.ok().map(|user| user.display_name),
            None => Some(text().reassign().operator().to_owned()),
        };
        Ok(Self { run, failures, started_by })
    }
}

#[component]
fn Run(
    part: RunDetails,
    after: Option<TaskId>,
    /// Why it was not cancelled.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().reassign();
    let RunDetails { run, failures, started_by } = part;
    let count = |count: i64| integer(locale(), count.unsigned_abs());
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let run_id = run.run_id;
    let title = text.run_title(&run_id.to_string());
    let status = status_name(run.status);
    let facts = [
        (text.started_at(), Some(shown_time(run.started_at))),
        (text.started_by(), started_by),
        (text.advanced_at(), (run.status == ReassignStatus::Running).then(|| shown_time(run.advanced_at))),
        (text.finished_at(), run.finished_at.map(shown_time)),
        (text.open_when_started(), Some(count(run.open_tasks))),
        (text.assigned(), Some(count(run.assigned))),
        (text.failures(), Some(count(run.failures))),
    ];
    let facts = facts.into_iter().filter_map(|(term, fact)| {
        Some(view! {
            <div>
                <dt>{term}</dt>
                <dd>{fact?}</dd>
            </div>
        })
    });
    let facts = facts.collect_view();
    let outcome = match run.status {
        ReassignStatus::Running => view! {
            <Progress run />
            <noscript>
                <meta http-equiv="refresh" content=REFRESH_INTERVAL_SECONDS />
            </noscript>
            <p class="field-hint">{text.standstill()}</p>
            <form method="post" action=CancelReassign::url()>
                <input type="hidden" name="run_id" value=run_id.to_string() />
                <button class="button button-quiet" type="submit">
                    {text.cancel()}
                </button>
            </form>
        }
        .into_any(),
        ReassignStatus::Done => view! { <p class="notice">{text.done_explained()}</p> }.into_any(),
        ReassignStatus::Cancelled => view! { <p class="notice">{text.cancelled_explained()}</p> }.into_any(),
        ReassignStatus::Failed => view! {
            <p class="notice notice-problem" role="alert">
                {text.failed_explained()}
            </p>
        }
        .into_any(),
    };
    view! {
        <div class="admin-page">
            <a href=REASSIGN_PATH rel="external">
                {text.all_runs()}
            </a>
            <h1>{title} " " <span class="tag">{status}</span></h1>
            {refused}
            {outcome}
            <dl class="facts">{facts}</dl>
            <Failures run_id failures after />
        </div>
    }
}

/// How far a run is. It keeps itself up to date.
#[component]
pub(crate) fn Progress(run: ReassignRun) -> impl IntoView {
    let text = text().reassign();
    let count = |count: i64| integer(locale(), count.unsigned_abs());
    let ReassignRun { run_id, open_tasks, assigned, failures, .. } = run;
    let through = assigned + failures;
    let sentence = text.progress(&count(open_tasks), &count(through));
    view! {
        <div class="notice" role="status" data-live>
            <p>{sentence}</p>
            // Without tasks it is through at once.
            <progress max=open_tasks.max(1).to_string() value=through.to_string() aria-label=text.progress_label()></progress>
            <a href=run_path(run_id) rel="external">
                {text.refresh()}
            </a>
        </div>
    }
}

#[component]
fn Failures(run_id: RunId, failures: Vec<ReassignFailure>, after: Option<TaskId>) -> impl IntoView {
    let text = text().reassign();
    if failures.is_empty() && after.is_none() {
        return None;
    }
    let is_full = failures.len() == REASSIGN_FAILURES_PAGE_SIZE;
    let next = failures.last().filter(|_| is_full).map(|last| (format!("{}?{AFTER}={}", run_path(run_id), last.task_id), text.more()));
    let first = after.map(|_| (run_path(run_id), text.first()));
    let items = failures.into_iter().map(|failure| {
        let reason = match failure.error {
            Some(error) => view! { <code>{error}</code> }.into_any(),
            None => view! { {text.reason_for_admins()} }.into_any(),
        };
        view! {
            <li>
                <a href=task_path(failure.task_id) rel="external">
                    {text.task(&failure.task_id.to_string())}
                </a>
                " "
                {reason}
            </li>
        }
    });
    Some(view! {
        <section aria-labelledby="failures">
            <h2 id="failures">{text.failures_headline()}</h2>
            <p>{text.failures_explained()}</p>
            <ul>{items.collect_view()}</ul>
            <Paging label=text.paging() first next loaded_anew=true />
        </section>
    })
}
