//! What the company earns, day by day, for management.
//!
//! The page is [made by the server](crate::server_made): the chart is a drawing with a table beside it, and needs no code of the browser.
//! Only one's own balance beside it keeps itself up to date.

#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod range;
#[cfg(feature = "ssr")]
mod table;

use contracts::Role;
use leptos::prelude::*;

#[cfg(not(feature = "ssr"))]
use crate::server_made::server_made as income_page;
use crate::{accounting::OwnBalance, for_roles::for_roles};
#[cfg(feature = "ssr")]
use page::income_page;

/// The page's address.
pub(crate) const INCOME_PATH: &str = "/accounting/income";

/// Who may see it.
const MANAGEMENT: &[Role] = &Role::MANAGEMENT;

/// The page `/accounting/income`.
#[component]
pub(crate) fn IncomePage() -> impl IntoView {
    for_roles(MANAGEMENT, || {
        view! {
            <div class="income-page">
                <div>{income_page()}</div>
                <OwnBalance />
            </div>
        }
        .into_any()
    })
}
