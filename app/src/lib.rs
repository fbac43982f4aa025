//! The pages of aTES.
//!
//! The crate is compiled twice: with `ssr` into the server, which renders pages and runs server functions, and with
//! `hydrate` into the browser's WASM. One folder holds one feature: its page, its components, its server functions. Pages
//! know the services by the traits of `contracts` only, and speak through [`i18n`], so they hold no text of their own.

#![expect(clippy::must_use_candidate, reason = "components return views, and the `view!` macro uses them")]
#![expect(unreachable_pub, reason = "`#[component]` makes every component `pub`, whatever stands before its `fn`")]
#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "server functions are async, whether or not they wait"))]

mod accounting;
mod analytics;
pub mod audit;
#[cfg(feature = "ssr")]
mod cookie;
#[cfg(feature = "ssr")]
mod day_range;
mod design;
#[cfg(feature = "ssr")]
mod document;
mod enrol;
mod error;
mod for_roles;
mod forbidden;
mod home;
pub mod i18n;
mod income;
mod json;
mod layout;
mod live;
mod login;
mod not_found;
mod own_path;
mod page_title;
mod payroll;
mod people;
mod post;
mod preferences;
pub mod queues;
mod reassign;
mod root_element;
mod server_made;
#[cfg(feature = "ssr")]
mod service;
pub mod session;
mod tasks;
#[cfg(feature = "ssr")]
mod typed;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

#[cfg(feature = "ssr")]
pub use document::{PageFiles, shell};
pub use error::AppError;
#[cfg(feature = "ssr")]
pub use login::{DemoPeople, DemoPerson};

use accounting::{AccountingPage, OwnAccountPage, PaySlipPage};
use analytics::{AnalyticsPage, RebuildPage};
use audit::AuditPage;
use enrol::EnrolPage;
use home::HomePage;
use income::IncomePage;
use layout::{PageFooter, PageHeader, SkipLink};
use login::LogInPage;
use not_found::NotFoundPage;
use page_title::DocumentTitle;
use payroll::{LetterPage, PayrollPage, PayrollRunPage};
use people::PeoplePage;
use preferences::Preferences;
use queues::{BusNotice, DeliveryPage, QueuesPage};
use reassign::{ReassignPage, ReassignRunPage};
use session::Visitor;
use tasks::{TaskPage, TasksPage};

/// Everything inside `<body>`: the frame around the pages, and the pages by their addresses.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Preferences::current());
    Visitor::provide();

    // Says that the page reacts now. Tests wait for it.
    Effect::new(|| root_element::set_attribute("data-hydrated", "true"));

    view! {
        <DocumentTitle />
        <Router>
            <SkipLink />
            <PageHeader />
            <BusNotice />
            <main id=layout::CONTENT_ID tabindex="-1">
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/login") view=LogInPage ssr=SsrMode::Async />
                    <Route path=path!("/enrol") view=EnrolPage ssr=SsrMode::Async />
                    <Route path=path!("/tasks") view=TasksPage ssr=SsrMode::Async />
                    <Route path=path!("/tasks/reassign-runs") view=ReassignPage ssr=SsrMode::Async />
                    <Route path=path!("/tasks/reassign-runs/:run_id") view=ReassignRunPage ssr=SsrMode::Async />
                    <Route path=path!("/tasks/:task_id") view=TaskPage ssr=SsrMode::Async />
                    <Route path=path!("/accounting") view=AccountingPage ssr=SsrMode::Async />
                    <Route path=path!("/accounting/own") view=OwnAccountPage ssr=SsrMode::Async />
                    <Route path=path!("/accounting/own/pay-slips/:day") view=PaySlipPage ssr=SsrMode::Async />
                    <Route path=path!("/accounting/income") view=IncomePage ssr=SsrMode::Async />
                    <Route path=path!("/analytics") view=AnalyticsPage ssr=SsrMode::Async />
                    <Route path=path!("/analytics/rebuild") view=RebuildPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/payroll") view=PayrollPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/payroll/:day") view=PayrollRunPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/payroll/:day/:letter_id") view=LetterPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/people") view=PeoplePage ssr=SsrMode::Async />
                    <Route path=path!("/admin/queues") view=QueuesPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/queues/:delivery_id") view=DeliveryPage ssr=SsrMode::Async />
                </FlatRoutes>
            </main>
            <PageFooter />
        </Router>
    }
}
