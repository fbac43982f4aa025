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

#[cfg(feature = "ssr")]
use contracts::{Subscription, queues::DeliveryStatus};
use leptos::prelude::*;

use crate::for_roles::for_admins;
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

/// The address of the page with the deliveries of one subscription that have one status.
#[cfg(feature = "ssr")]
pub(crate) fn queue_path(subscription: Subscription, status: DeliveryStatus) -> String {
    asked::Asked::queue(subscription, status).path()
}

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
