//! What management wants to know: what the company earns, how many accounts are in the red, which task was the most expensive.
//!
//! The pages are [made by the server](crate::server_made): charts are drawings with tables beside them.

#[cfg(feature = "ssr")]
mod charts;
#[cfg(feature = "ssr")]
mod dashboard;
#[cfg(feature = "ssr")]
mod figures;
#[cfg(feature = "ssr")]
mod query;
#[cfg(feature = "ssr")]
mod rebuild;
#[cfg(feature = "ssr")]
mod tables;

use contracts::analytics::MAY_SEE_ANALYTICS;
use leptos::prelude::*;

use crate::for_roles::{for_admins, for_roles};
#[cfg(not(feature = "ssr"))]
use crate::server_made::{server_made as analytics_page, server_made as rebuild_page};
#[cfg(feature = "ssr")]
use {dashboard::analytics_page, rebuild::rebuild_page};

/// The dashboard's address.
pub(crate) const ANALYTICS_PATH: &str = "/analytics";

/// The page `/analytics`.
#[component]
pub(crate) fn AnalyticsPage() -> impl IntoView {
    for_roles(MAY_SEE_ANALYTICS, analytics_page)
}

/// The page `/analytics/rebuild`.
#[component]
pub(crate) fn RebuildPage() -> impl IntoView {
    for_admins(rebuild_page)
}
