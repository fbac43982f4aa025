//! Reassignments of all open tasks, for managers and administrators: what one would cost, how it gets on, and all there were.
//!
//! The pages are [made by the server](crate::server_made).

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
mod run;
#[cfg(feature = "ssr")]
mod runs;

use contracts::reassign::MAY_REASSIGN;
use leptos::prelude::*;

use crate::for_roles::for_roles;
#[cfg(not(feature = "ssr"))]
use crate::server_made::{server_made as run_page, server_made as runs_page};
#[cfg(feature = "ssr")]
pub(crate) use run::Progress;
#[cfg(feature = "ssr")]
use {run::run_page, runs::runs_page};

/// The address of the page that shows all runs, and starts one.
pub(crate) const REASSIGN_PATH: &str = "/tasks/reassign-runs";

/// The page `/tasks/reassign-runs`.
#[component]
pub(crate) fn ReassignPage() -> impl IntoView {
    for_roles(MAY_REASSIGN, runs_page)
}

/// The page `/tasks/reassign-runs/{run_id}`.
#[component]
pub(crate) fn ReassignRunPage() -> impl IntoView {
    for_roles(MAY_REASSIGN, run_page)
}
