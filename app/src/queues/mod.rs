//! The event bus as administrators see it: queues, dead letters, and what may be done with them.
//!
//! The pages are [made by the server](crate::server_made). What it says about deliveries, the API and the command line say too.

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
mod asked;
#[cfg(feature = "ssr")]
mod attempts;
#[cfg(feature = "ssr")]
mod decision;
#[cfg(feature = "ssr")]
mod deliveries;
#[cfg(feature = "ssr")]
mod delivery;
#[cfg(feature = "ssr")]
mod delivery_words;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod filter_form;
#[cfg(feature = "ssr")]
mod interventions;
#[cfg(feature = "ssr")]
mod names;
mod notice;
#[cfg(feature = "ssr")]
mod overview;
#[cfg(feature = "ssr")]
mod subscriptions;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod trouble;

use contracts::Role;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    forbidden::ForbiddenPage,
    session::{LOG_IN_PATH, visitor},
};
#[cfg(feature = "ssr")]
pub use delivery_words::DeliveryWords;
#[cfg(feature = "ssr")]
pub use notice::BusWhenAsked;
#[cfg(feature = "ssr")]
pub use trouble::trouble_in_words;

#[cfg(not(feature = "ssr"))]
use crate::server_made::{server_made as delivery_page, server_made as queues_page};
#[cfg(feature = "ssr")]
use {delivery::delivery_page, overview::queues_page};

pub(crate) use notice::BusNotice;

/// The address of the page that shows all queues.
pub const QUEUES_PATH: &str = "/admin/queues";

/// Who may see it.
const ADMINS: &[Role] = &[Role::Admin];

/// The page `/admin/queues`.
#[component]
pub(crate) fn QueuesPage() -> impl IntoView {
    for_admins(queues_page)
}

/// The page `/admin/queues/{delivery_id}`.
#[component]
pub(crate) fn DeliveryPage() -> impl IntoView {
    for_admins(delivery_page)
}

fn for_admins(page: fn() -> AnyView) -> AnyView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) if !ADMINS.contains(&visitor.role) => view! { <ForbiddenPage needs=ADMINS /> }.into_any(),
        Some(_) => page(),
    }
}
