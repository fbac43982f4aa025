use contracts::{
    ServiceError,
    audit::{Audit, AuditReport, AuditStatus, Finding},
};
use http::{HeaderName, HeaderValue};
use i18n::integer;
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_axum::ResponseOptions;

use super::{AUDIT_PATH, begin::BeginAudit, rule::rule_sentence};
use crate::{
    design::{ErrorNotice, refusal},
    error::AppError,
    i18n::{locale, shown_time, text},
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// Tells a browser to load the page anew.
const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// After how many seconds, while an audit goes on.
const REFRESH_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The last audit, and the button that begins another.
pub(super) fn audit_page() -> AnyView {
    let refused = refusal(BeginAudit::PATH);
    server_made(async move {
        let last = last().await;
        let goes_on = last.as_ref().is_ok_and(|last| last.as_ref().is_some_and(|report| report.status == AuditStatus::Running));
        if let Some(response) = use_context::<ResponseOptions>().filter(|_| goes_on) {
            response.insert_header(REFRESH, REFRESH_AFTER);
        }
        Made { title: text().audit().title().to_owned(), markup: view! { <Audited last refused /> }.to_html() }
    })
}

async fn last() -> Result<Option<AuditReport>, ServiceError> {
    service::<dyn Audit>().last(actor()?).await
}

#[component]
fn Audited(
    last: Result<Option<AuditReport>, ServiceError>,
    /// Why none was begun.
    refused: Option<AppError>,
) -> impl IntoView {
    let text = text().audit();
    let refused = refused.map(|error| view! { <ErrorNotice error /> });
    let report = match last {
        Ok(Some(report)) => view! { <Report report /> }.into_any(),
        Ok(None) => view! { <p>{text.none()}</p> }.into_any(),
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    view! {
        <div class="admin-page">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {refused}
            <form method="post" action=BeginAudit::url()>
                <button class="button" type="submit">
                    {text.begin()}
                </button>
            </form>
            {report}
        </div>
    }
}

#[component]
fn Report(report: AuditReport) -> impl IntoView {
    let text = text().audit();
    let AuditReport { began_at, status, rules, findings } = report;
    let count = |count: usize| integer(locale(), count as u64);
    let broken = findings.iter().filter(|finding| !finding.holds()).count();
    let began_at = shown_time(began_at);
    let verdict = match status {
        AuditStatus::Running => {
            let progress = text.running(&count(findings.len()), &count(rules), &began_at);
            view! {
                <div class="notice" role="status">
                    <p>{progress}</p>
                    <progress max=rules.to_string() value=findings.len().to_string() aria-label=text.progress()></progress>
                    <a href=AUDIT_PATH rel="external">
                        {text.refresh()}
                    </a>
                </div>
            }
            .into_any()
        }
        AuditStatus::BrokenOff => view! { <ErrorNotice error=ServiceError::Unavailable.into() /> }.into_any(),
        AuditStatus::Done if broken == 0 => view! { <p class="notice">{text.right(&count(rules), &began_at)}</p> }.into_any(),
        AuditStatus::Done => view! {
            <p class="notice notice-problem" role="alert">
                {text.wrong(&count(broken), &count(rules), &began_at)}
            </p>
        }
        .into_any(),
    };
    let findings = findings.into_iter().map(|finding| view! { <FindingItem finding /> }).collect_view();
    view! {
        {verdict}
        <section aria-labelledby="findings">
            <h2 id="findings">{text.rules()}</h2>
            <ul class="audit-findings">{findings}</ul>
        </section>
    }
}

#[component]
fn FindingItem(finding: Finding) -> impl IntoView {
    let text = text().audit();
    let holds = finding.holds();
    let first = finding.first.map(|first| {
        view! {
            <p class="audit-breach">{text.breaches(finding.breaches)} " " <code>{first}</code></p>
        }
    });
    view! {
        <li class="audit-finding">
            <span class=if holds { "tag" } else { "tag tag-problem" }>{if holds { text.holds() } else { text.broken() }}</span>
            <div>
                <p>{rule_sentence(finding.rule, locale())}</p>
                <p class="field-hint">{text.looked_at(finding.looked_at)}</p>
                {first}
            </div>
        </li>
    }
}
