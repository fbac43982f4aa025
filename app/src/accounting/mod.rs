//! One's own money: the balance, and what was booked today.

mod sheet;
mod slip;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    design::ErrorNotice,
    error::AppError,
    i18n::text,
    income::INCOME_PATH,
    session::{LOG_IN_PATH, visitor},
};
use sheet::{AccountSheet, own_account};
use slip::Slip;

/// The page's address.
pub(crate) const ACCOUNTING_PATH: &str = "/accounting";

/// The page `/accounting`.
#[component]
pub(crate) fn AccountingPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(_) => view! { <OwnAccount /> }.into_any(),
    }
}

#[component]
fn OwnAccount() -> impl IntoView {
    let text = text().accounting();
    let sheet = Resource::new(|| (), |()| own_account());
    let company = visitor().filter(|visitor| visitor.role.is_management()).map(|_| {
        view! {
            <a href=INCOME_PATH rel="external">
                {text.company()}
            </a>
        }
    });
    let show = move |answer: Result<AccountSheet, AppError>| match answer {
        Ok(sheet) => view! { <Slip sheet /> }.into_any(),
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    view! {
        <Title text=text.title() />
        <section class="accounting">
            <h1>{text.headline()}</h1>
            {company}
            <Transition fallback=move || {
                view! { <p>{text.loading()}</p> }
            }>{move || sheet.get().map(show)}</Transition>
        </section>
    }
}
