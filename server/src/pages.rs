//! The pages: rendered here, taken over by the browser's code, and the server functions that they call.

use app::{App, i18n::CompanyTimeZone, session::SecureCookies, shell};
use axum::{Router, middleware};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes as _, generate_route_list, render_app_async_with_context};

use crate::{bus_notice, refusal, router::AppState};

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
        provide_context(services.analytics.clone());
        provide_context(services.queues.clone());
        provide_context(services.payroll.clone());
        provide_context(audit.clone());
        provide_context(CompanyTimeZone(services.clock.time_zone()));
        provide_context(SecureCookies(site.secure_cookies));
        if let Some(people) = &demo_people {
            provide_context(people.clone());
        }
    };

    let (options, files) = (state.options.clone(), state.site_files.clone());
    let document = move || shell(options.clone(), files.of_page());
    // Not Leptos' own fallback: that answers with files of the working folder, too.
    let not_found = Router::new().fallback(render_app_async_with_context(provide_services.clone(), document.clone()));
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), provide_services, document)
        .fallback_service(state.site_files.before(not_found))
        .layer(middleware::from_fn(refusal::give_status))
        .layer(middleware::from_fn_with_state(state.services.clone(), bus_notice::look))
}
