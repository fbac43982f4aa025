use std::collections::HashMap;

use contracts::{
    BusinessDay, Role, ServiceError, TaskId,
    analytics::{Analytics, CompanyDay, CompanyRange, RemarkablePeriod, remarkable_periods},
    tracker::Tracker,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    charts::charts,
    figures::Figures,
    query::{AnalyticsQuery, QueryForm},
    rebuild::REBUILD_PATH,
    tables::tables,
};
use crate::{
    design::ErrorNotice,
    i18n::text,
    server_made::{Made, server_made},
    service::service,
    session::{actor, visitor},
};

/// Where the figures can be had for a spreadsheet.
const CSV_PATH: &str = "/api/v1/analytics/range.csv";

/// How the company stands today, and the days that the address asks for.
pub(super) fn analytics_page() -> AnyView {
    let query = AnalyticsQuery::of(&use_query_map().read_untracked());
    server_made(async move {
        let dashboard = Dashboard::of(&query).await;
        let page = view! { <DashboardView dashboard query /> };
        Made { title: text().analytics().title().to_owned(), markup: page.to_html() }
    })
}

/// What the page shows.
struct Dashboard {
    today: CompanyDay,
    yesterday: CompanyDay,
    days: Result<Days, ServiceError>,
    titles: Titles,
}

/// The days that the address asks for.
#[derive(Debug, Clone)]
pub(super) struct Days {
    pub(super) range: CompanyRange,
    pub(super) periods: Vec<RemarkablePeriod>,
}

/// The titles of tasks, as the tracker tells them: the service does not know them. Without the tracker the page does without.
#[derive(Debug, Clone, Default)]
pub(super) struct Titles(HashMap<TaskId, String>);

impl Titles {
    async fn of(task_ids: Vec<TaskId>) -> Self {
        let tasks = service::<dyn Tracker>().tasks(&task_ids).await.unwrap_or_default();
        Self(tasks.into_iter().map(|task| (task.task_id, task.title)).collect())
    }

    /// A task by its number and its title.
    pub(super) fn name(&self, task_id: TaskId) -> String {
        let text = text().analytics();
        match self.0.get(&task_id) {
            Some(title) => text.task_titled(&task_id.to_string(), title),
            None => text.task_numbered(&task_id.to_string()),
        }
    }
}

impl Dashboard {
    async fn of(query: &AnalyticsQuery) -> Result<Self, ServiceError> {
        let (actor, analytics) = (actor()?, service::<dyn Analytics>());
        let [yesterday, today] = analytics.yesterday_and_today(actor).await?;
        let days = match query.read(today.day) {
            Ok(range) => analytics.range(actor, range).await.map(|range| {
                let periods = remarkable_periods(&range.days, query.by());
                Days { range, periods }
            }),
            Err(error) => Err(error),
        };
        let periods = days.iter().flat_map(|days| &days.periods).filter_map(|period| period.most_expensive);
        let mut task_ids: Vec<TaskId> = periods.chain(today.most_expensive).map(|task| task.task_id).collect();
        task_ids.sort_unstable();
        task_ids.dedup();
        Ok(Self { today, yesterday, days, titles: Titles::of(task_ids).await })
    }
}

#[component]
fn DashboardView(dashboard: Result<Dashboard, ServiceError>, query: AnalyticsQuery) -> impl IntoView {
    let text = text().analytics();
    let shown = match dashboard {
        Ok(Dashboard { today, yesterday, days, titles }) => {
            let days = view! { <DaysSection days query today=today.day titles=titles.clone() /> };
            view! {
                <Figures today yesterday titles />
                {days}
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error=error.into() /> }.into_any(),
    };
    let rebuild = visitor().filter(|visitor| visitor.role == Role::Admin).map(|_| {
        view! {
            <a href=REBUILD_PATH rel="external">
                {text.to_rebuild()}
            </a>
        }
    });
    view! {
        <div class="admin-page dashboard">
            <h1>{text.headline()}</h1>
            {shown}
            {rebuild}
        </div>
    }
}

#[component]
fn DaysSection(days: Result<Days, ServiceError>, query: AnalyticsQuery, today: BusinessDay, titles: Titles) -> impl IntoView {
    let text = text().analytics();
    let (query, shown) = match days {
        Ok(days) => {
            let query = match (days.range.days.first(), days.range.days.last()) {
                (Some(first), Some(last)) => query.told(first.day, last.day),
                _ => query,
            };
            let csv = [CSV_PATH, &query.days()].concat();
            let drawn = charts(&days, today, &titles);
            let written = tables(days, &titles);
            let shown = view! {
                {drawn}
                {written}
                <a href=csv rel="external" download=true>
                    {text.csv()}
                </a>
            };
            (query, shown.into_any())
        }
        Err(error) => (query, view! { <ErrorNotice error=error.into() /> }.into_any()),
    };
    view! {
        <section class="dashboard-days" aria-labelledby="days">
            <h2 id="days">{text.days()}</h2>
            <QueryForm query today />
            {shown}
        </section>
    }
}
