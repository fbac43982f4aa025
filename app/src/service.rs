use std::sync::Arc;

use leptos::prelude::expect_context;

/// The service behind a trait, for server functions: `service::<dyn Auth>()`.
///
/// The server puts every service into the context of every request; a missing one is a mistake in its composition, and
/// panics.
pub(crate) fn service<Service: ?Sized + Send + Sync + 'static>() -> Arc<Service> {
    expect_context::<Arc<Service>>()
}
