//! The pages: rendered here, taken over by the browser's code, and the server functions that they call.

use app::{App, session::SecureCookies, shell};
use axum::Router;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes as _, file_and_error_handler_with_context, generate_route_list};

use crate::router::AppState;

/// Every page and server function; what matches nothing gets the page that says so.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let (services, site) = (state.services.clone(), state.site);
    // What server functions and pages may ask for, by type.
    let provide_services = move || {
        provide_context(services.auth.clone());
        provide_context(services.directory.clone());
        provide_context(services.tracker.clone());
        provide_context(services.accounting.clone());
        provide_context(SecureCookies(site.secure_cookies));
    };

    let options = state.options.clone();
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), provide_services.clone(), move || shell(options.clone()))
        .fallback(file_and_error_handler_with_context::<AppState, _>(provide_services, shell))
}
