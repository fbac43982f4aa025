//! The pages: rendered here, taken over by the browser's code, and the server functions that they call.

use app::{App, i18n::CompanyTimeZone, session::SecureCookies, shell};
use axum::{Router, handler::Handler as _, middleware};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes as _, file_and_error_handler_with_context, generate_route_list};

use crate::{assets, bus_notice, refusal, router::AppState};

/// Every page and server function; what matches nothing gets the page that says so.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let (services, audit, site, demo_people) = (state.services.clone(), state.audit.clone(), state.site, state.portraits.people());
    // What server functions and pages may ask for, by type.
    let provide_services = move || {
        provide_context(services.auth.clone());
        provide_context(services.directory.clone());
        provide_context(services.tracker.clone());
        provide_context(services.reassign.clone());
        provide_context(services.accounting.clone());
        provide_context(services.queues.clone());
        provide_context(services.payroll.clone());
        provide_context(audit.clone());
        provide_context(CompanyTimeZone(services.clock.time_zone()));
        provide_context(SecureCookies(site.secure_cookies));
        if let Some(people) = &demo_people {
            provide_context(people.clone());
        }
    };

    let options = state.options.clone();
    let not_found = file_and_error_handler_with_context::<AppState, _>(provide_services.clone(), shell).with_state(state.clone());
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), provide_services, move || shell(options.clone()))
        .fallback_service(assets::plain_files(&state.options).fallback(not_found))
        .layer(middleware::from_fn(refusal::give_status))
        .layer(middleware::from_fn_with_state(state.services.clone(), bus_notice::look))
}
