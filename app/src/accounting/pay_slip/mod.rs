//! What an employee was paid for a day, to be printed. It says what the letter said.
//!
//! The page is [made by the server](crate::server_made).

#[cfg(feature = "ssr")]
mod page;
mod print;

use leptos::prelude::*;
use leptos_router::components::Redirect;

#[cfg(feature = "ssr")]
use super::OWN_ACCOUNT_PATH;
#[cfg(not(feature = "ssr"))]
use crate::server_made::server_made as pay_slip_page;
use crate::session::{LOG_IN_PATH, visitor};
#[cfg(feature = "ssr")]
use page::pay_slip_page;
use print::PrintButton;

/// The address of the pay slip of a day.
#[cfg(feature = "ssr")]
pub(super) fn pay_slip_path(day: &str) -> String {
    [OWN_ACCOUNT_PATH, "/pay-slips/", day].concat()
}

/// The page `/accounting/own/pay-slips/{day}`.
#[component]
pub(crate) fn PaySlipPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(_) => view! {
            {pay_slip_page()}
            <PrintButton />
        }
        .into_any(),
    }
}
