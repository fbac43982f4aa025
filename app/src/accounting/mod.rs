//! One's own money: the balance, what is to come, and the ledger day by day. It keeps itself up to date; no balance counts what
//! is not booked yet.

mod balance;
mod day;
#[cfg(feature = "ssr")]
mod entry;
mod page;
mod pay_slip;
#[cfg(feature = "ssr")]
mod slip;

use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    income::INCOME_PATH,
    session::{LOG_IN_PATH, Visitor, visitor},
};

pub(crate) use balance::OwnBalance;
pub(crate) use page::OwnAccountPage;
pub(crate) use pay_slip::PaySlipPage;

/// The address of all about money: it leads on to what concerns the visitor most.
pub(crate) const ACCOUNTING_PATH: &str = "/accounting";

/// The address of one's own account.
pub(crate) const OWN_ACCOUNT_PATH: &str = "/accounting/own";

/// Where somebody's accounting begins: management sees what the company earns, everybody else their own account (specification, §3).
pub(crate) fn accounting_path_of(visitor: &Visitor) -> &'static str {
    if visitor.role.is_management() { INCOME_PATH } else { OWN_ACCOUNT_PATH }
}

/// The page `/accounting`.
#[component]
pub(crate) fn AccountingPage() -> impl IntoView {
    let path = visitor().map_or(LOG_IN_PATH, |visitor| accounting_path_of(&visitor));
    view! { <Redirect path /> }
}
