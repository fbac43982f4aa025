//! Whether the books are right, for administrators: every rule of the audit, and the first thing that breaks it.
//!
//! The page is [made by the server](crate::server_made).

#[cfg(feature = "ssr")]
mod begin;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod rule;

use leptos::prelude::*;

use crate::for_roles::for_admins;
#[cfg(not(feature = "ssr"))]
use crate::server_made::server_made as audit_page;
#[cfg(feature = "ssr")]
use page::audit_page;
#[cfg(feature = "ssr")]
pub use rule::rule_sentence;

/// The page's address.
pub(crate) const AUDIT_PATH: &str = "/admin/audit";

/// The page `/admin/audit`.
#[component]
pub(crate) fn AuditPage() -> impl IntoView {
    for_admins(audit_page)
}
