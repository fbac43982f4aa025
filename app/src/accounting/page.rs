#[cfg(feature = "ssr")]
use contracts::accounting::{AccountStatement, Accounting};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_router::{components::Redirect, hooks::use_query_map};
use serde::{Deserialize, Serialize};

use super::{OWN_ACCOUNT_PATH, day::AskedDay};
#[cfg(feature = "ssr")]
use super::{
    balance::{BalanceNow, BalanceSheet},
    day::{DayChoice, DaySheet},
    pay_slip::pay_slip_path,
    slip::Slip,
};
use crate::{
    design::ErrorNotice,
    error::AppError,
    i18n::text,
    income::INCOME_PATH,
    json::Json,
    live::{Live, LiveNote},
    page_title::PageTitle,
    session::{LOG_IN_PATH, visitor},
};
#[cfg(feature = "ssr")]
use crate::{preferences::Preferences, service::service, session::CurrentSession};

/// Where a day can be had for a spreadsheet.
#[cfg(feature = "ssr")]
const CSV_PATH: &str = "/api/v1/audit-log.csv?day=";

/// One's own account, as markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AccountSheet {
    /// What it holds now.
    balance: String,
    /// The ways to other days. It changes with the day only, so nobody loses what they are typing.
    choice: String,
    /// A day of it.
    day: String,
}

/// The caller's balance and a day of the ledger, of today where none is given. No sum is worked out in the browser.
#[server(endpoint = "own_account", input = GetUrl, output = Json)]
async fn own_account(day: Option<String>, after: Option<i64>) -> Result<AccountSheet, AppError> {
    let caller = CurrentSession::required()?.caller();
    let part = AskedDay { day, after }.read()?;
    let AccountStatement { balance, log } = service::<dyn Accounting>().own_account(caller, part).await?;
    let preferences = Preferences::current();
    provide_context(preferences);
    let sheet = BalanceSheet::of(balance, preferences.locale);
    let day = DaySheet::of(log, after.is_none(), preferences.locale);
    Ok(AccountSheet {
        balance: view! { <BalanceNow sheet /> }.to_html(),
        choice: view! { <DayChoice sheet=day.clone() /> }.to_html(),
        day: view! { <Day sheet=day /> }.to_html(),
    })
}

/// The page `/accounting/own`.
#[component]
pub(crate) fn OwnAccountPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) => view! { <OwnAccount is_management=visitor.role.is_management() /> }.into_any(),
    }
}

#[component]
fn OwnAccount(is_management: bool) -> impl IntoView {
    let text = text().accounting();
    let query = use_query_map();
    let asked = Memo::new(move |_| AskedDay::of(&query.read()));
    let live = Live::start();
    let sheet =
        Resource::new(move || (asked.get(), live.changes()), |(AskedDay { day, after }, _)| async move { own_account(day, after).await });
    let company = is_management.then(|| {
        view! {
            <a href=INCOME_PATH rel="external">
                {text.company()}
            </a>
        }
    });
    live.ask_again_when(move || sheet.with(|sheet| matches!(sheet, Some(Err(error)) if error.is_outage())));
    // What was shown last stays while a service does not answer.
    let last = StoredValue::new(None::<(AskedDay, AccountSheet)>);
    let show = move |answer: Result<AccountSheet, AppError>| match answer {
        Ok(sheet) => {
            last.set_value(Some((asked.get_untracked(), sheet.clone())));
            view! { <Account sheet /> }.into_any()
        }
        Err(error) => {
            let last = last.get_value().filter(|(day, _)| error.is_outage() && *day == asked.get_untracked());
            let last = last.map(|(_, sheet)| view! { <Account sheet /> });
            view! {
                <ErrorNotice error />
                <a href=OWN_ACCOUNT_PATH>{text.to_today()}</a>
                {last}
            }
            .into_any()
        }
    };
    view! {
        <PageTitle text=text.title() />
        <section class="accounting">
            {company} <h1>{text.headline()}</h1> <Transition fallback=move || {
                view! { <p>{text.loading()}</p> }
            }>{move || sheet.get().map(show)}</Transition> <LiveNote live />
        </section>
    }
}

#[component]
fn Account(sheet: AccountSheet) -> impl IntoView {
    let made = |markup: String| view! { <div class="made" inner_html=markup></div> };
    let AccountSheet { balance, choice, day } = sheet;
    view! {
        {made(balance)}
        {made(choice)}
        {made(day)}
    }
}

#[cfg(feature = "ssr")]
#[component]
fn Day(sheet: DaySheet) -> impl IntoView {
    let text = text().accounting();
    let pay_slip = sheet.has_pay_slip.then(|| {
        view! {
            <a href=pay_slip_path(&sheet.day) rel="external">
                {text.to_pay_slip()}
            </a>
        }
    });
    let csv = [CSV_PATH, &sheet.day].concat();
    view! {
        <Slip sheet />
        <div class="actions">
            {pay_slip} <a href=csv rel="external" download=true>
                {text.csv()}
            </a>
        </div>
    }
}
