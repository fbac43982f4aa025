use chrono::Datelike as _;
use contracts::{
    Money,
    accounting::{Accounting, Income, IncomeOfDay},
};
use i18n::{Amount, written_day};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    range::RangeForm,
    table::{INCOME_TABLE_ID, IncomeTable},
};
use crate::{
    day_range::DayRangeQuery,
    design::{Bar, BarChart, ErrorNotice},
    error::AppError,
    i18n::{locale, text},
    server_made::{Made, server_made},
    service::service,
    session::CurrentSession,
};

/// Where the figures can be had for a spreadsheet.
const CSV_PATH: &str = "/api/v1/income.csv";

/// The income of the days that the address asks for.
pub(super) fn income_page() -> AnyView {
    let asked = DayRangeQuery::of(&use_query_map().read_untracked());
    server_made(async move {
        let income = told(&asked).await;
        let page = view! { <IncomeByDay income asked /> };
        Made { title: text().income().title().to_owned(), markup: page.to_html() }
    })
}

async fn told(asked: &DayRangeQuery) -> Result<Income, AppError> {
    let caller = CurrentSession::required()?.caller();
    Ok(service::<dyn Accounting>().income(caller, asked.read()?).await?)
}

#[component]
fn IncomeByDay(income: Result<Income, AppError>, asked: DayRangeQuery) -> impl IntoView {
    let text = text().income();
    let (figures, asked) = match income {
        Ok(income) => {
            let told = told_days(&income.days).unwrap_or_default();
            (view! { <Figures income csv=[CSV_PATH, &told.query()].concat() /> }.into_any(), told)
        }
        Err(error) => (view! { <ErrorNotice error /> }.into_any(), asked),
    };
    view! {
        <div class="admin-page income">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            <RangeForm asked />
            {figures}
        </div>
    }
}

#[component]
fn Figures(income: Income, csv: String) -> impl IntoView {
    let text = text().income();
    let sums = [
        (text.income(), Amount(income.income).written(locale())),
        (text.fees(), Amount(income.total_assign_fee).written(locale())),
        (text.pay(), Amount(income.total_resolve_price).written(locale())),
    ];
    let sums = sums.map(|(name, sum)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{sum}</dd>
            </div>
        }
    });
    let bars: Vec<Bar> = income.days.iter().map(bar).collect();
    view! {
        <dl class="facts income-sums">{sums.collect_view()}</dl>
        <BarChart
            id="income-chart"
            title=text.chart()
            description=text.chart_explained()
            bars
            written=|cents| Amount(Money::from_cents(cents)).written(locale())
            past=(text.past_chart(), INCOME_TABLE_ID)
        />
        <IncomeTable days=income.days />
        <a href=csv rel="external" download=true>
            {text.csv()}
        </a>
    }
}

/// The days that were told, so that forms and links speak of them.
fn told_days(days: &[IncomeOfDay]) -> Option<DayRangeQuery> {
    Some(DayRangeQuery::days(days.first()?.day, days.last()?.day))
}

fn bar(day: &IncomeOfDay) -> Bar {
    let says = text().income().bar(&Amount(day.income).written(locale()), &written_day(day.day.0, locale()));
    Bar { label: day.day.0.day().to_string(), value: Some(day.income.cents()), says }
}
