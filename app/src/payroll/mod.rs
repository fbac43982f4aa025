//! The nightly payroll as administrators see it: its runs, what each has paid, and the letters about it.
//!
//! The pages are [made by the server](crate::server_made).

#[cfg(feature = "ssr")]
mod letter;
#[cfg(feature = "ssr")]
mod run;
#[cfg(feature = "ssr")]
mod runs;
#[cfg(feature = "ssr")]
mod start;

use leptos::prelude::*;

use crate::for_roles::for_admins;
#[cfg(not(feature = "ssr"))]
use crate::server_made::{server_made as letter_page, server_made as run_page, server_made as runs_page};
#[cfg(feature = "ssr")]
use {letter::letter_page, run::run_page, runs::runs_page};

/// The address of the page that shows all runs.
pub(crate) const PAYROLL_PATH: &str = "/admin/payroll";

/// The page `/admin/payroll`.
#[component]
pub(crate) fn PayrollPage() -> impl IntoView {
    for_admins(runs_page)
}

/// The page `/admin/payroll/{day}`.
#[component]
pub(crate) fn PayrollRunPage() -> impl IntoView {
    for_admins(run_page)
}

/// The page `/admin/payroll/{day}/{letter_id}`.
#[component]
pub(crate) fn LetterPage() -> impl IntoView {
    for_admins(letter_page)
}
