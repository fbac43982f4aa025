use contracts::{
    ServiceError,
    analytics::{Analytics, Rebuild, RebuildStatus},
};
use i18n::integer;
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::ANALYTICS_PATH;
use crate::{
    design::{ErrorNotice, refusal},
    error::AppError,
    i18n::{locale, shown_time, text},
    json::Json,
    own_path::OwnPath,
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// The page's address.
pub(super) const REBUILD_PATH: &str = "/analytics/rebuild";

/// After how many seconds a browser without JavaScript loads the page again, while a rebuild goes on.
const REFRESH_INTERVAL_SECONDS: &str = "2";

/// Starts a rebuild of the dashboard's figures.
#[server(endpoint = "start_rebuild", output = Json)]
pub(super) async fn start_rebuild() -> Result<(), AppError> {
    service::<dyn Analytics>().start_rebuild(actor()?).await?;
    OwnPath::from(REBUILD_PATH.to_owned()).redirect_plain_form();
    Ok(())
}

/// How the newest rebuild stands, and the form that starts another.
pub(super) fn rebuild_page() -> AnyView {
    let refused = refusal(StartRebuild::PATH);
    server_made(async move {
        let newest = newest().await;
        let page = view! { <RebuildView newest refused /> };
        Made { title: text().rebuild().title().to_owned(), markup: page.to_html() }
    })
}

async fn newest() -> Result<Option<Rebuild>, ServiceError> {
    service::<dyn Analytics>().last_rebuild(actor()?).await
}

#[component]
fn RebuildView(
    newest: Result<Option<Rebuild>, ServiceError>,
    /// Why none was started.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().rebuild();
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let newest = match newest {
        Ok(Some(rebuild)) => view! { <Newest rebuild /> }.into_any(),
        Ok(None) => view! { <p>{text.nothing()}</p> }.into_any(),
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    view! {
        <div class="admin-page">
            <a href=ANALYTICS_PATH rel="external">
                {text.back()}
            </a>
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {refused}
            <form method="post" action=StartRebuild::url()>
                <button class="button" type="submit">
                    {text.start()}
                </button>
            </form>
            {newest}
        </div>
    }
}

#[component]
fn Newest(rebuild: Rebuild) -> impl IntoView {
    let text = text().rebuild();
    let Rebuild { status, started_at, finished_at, events_total, events_read, unpriced_tasks, difference, .. } = rebuild;
    let count = |count: i64| integer(locale(), count.unsigned_abs());
    match status {
        RebuildStatus::Running => view! {
            <div class="notice" role="status" data-live>
                <p>{text.running(&count(events_total), &count(events_read))}</p>
                <progress
                    max=events_total.max(1).to_string()
                    value=events_read.to_string()
                    aria-label=text.progress()
                ></progress>
                <a href=REBUILD_PATH rel="external">
                    {text.refresh()}
                </a>
            </div>
            <noscript>
                <meta http-equiv="refresh" content=REFRESH_INTERVAL_SECONDS />
            </noscript>
        }
        .into_any(),
        RebuildStatus::Failed => view! {
            <p class="notice notice-problem" role="alert">
                {text.failed(&shown_time(started_at))}
            </p>
        }
        .into_any(),
        RebuildStatus::Done => {
            let finished_at = shown_time(finished_at.unwrap_or(started_at));
            let verdict = match difference {
                None => view! { <p class="notice">{text.right(&count(events_read), &finished_at)}</p> }.into_any(),
                Some(difference) => view! {
                    <div class="notice notice-problem" role="alert">
                        <p>{text.wrong(&count(events_read), &finished_at)}</p>
                        <code>{difference}</code>
                    </div>
                }
                .into_any(),
            };
            let unpriced = (unpriced_tasks > 0).then(|| view! { <p>{text.unpriced(unpriced_tasks.unsigned_abs())}</p> });
            view! {
                {verdict}
                {unpriced}
            }
            .into_any()
        }
    }
}
