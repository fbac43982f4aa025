use contracts::Role;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    forbidden::ForbiddenPage,
    session::{LOG_IN_PATH, visitor},
};

/// Who may see the pages of administrators.
const ADMINS: &[Role] = &[Role::Admin];

/// The page, for administrators.
pub(crate) fn for_admins(page: fn() -> AnyView) -> AnyView {
    for_roles(ADMINS, page)
}

/// The page, for employees of these roles; everybody else is told whom it is for, or logs in first. The service has the last word.
pub(crate) fn for_roles(needs: &'static [Role], page: fn() -> AnyView) -> AnyView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) if !needs.contains(&visitor.role) => view! { <ForbiddenPage needs /> }.into_any(),
        Some(_) => page(),
    }
}
