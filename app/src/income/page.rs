use contracts::accounting::{Accounting, Income};
use i18n::Amount;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    chart::Chart,
    range::{AskedRange, RangeForm},
    table::IncomeTable,
};
use crate::{
    design::ErrorNotice,
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
    let asked = AskedRange::of(&use_query_map().read_untracked());
    server_made(async move {
        let income = told(&asked).await;
        let page = view! { <IncomeByDay income asked /> };
        Made { title: text().income().title().to_owned(), markup: page.to_html() }
    })
}

async fn told(asked: &AskedRange) -> Result<Income, AppError> {
    let caller = CurrentSession::required()?.caller();
    Ok(service::<dyn Accounting>().income(caller, asked.read()?).await?)
}

#[component]
fn IncomeByDay(income: Result<Income, AppError>, asked: AskedRange) -> impl IntoView {
    let text = text().income();
    let (figures, asked) = match income {
        Ok(income) => {
            let told = AskedRange::told(&income);
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
    view! {
        <dl class="facts income-sums">{sums.collect_view()}</dl>
        <Chart days=income.days.clone() />
        <IncomeTable days=income.days />
        <a href=csv rel="external" download=true>
            {text.csv()}
        </a>
    }
}
