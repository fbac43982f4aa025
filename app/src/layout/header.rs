use contracts::{Role, analytics::MAY_SEE_ANALYTICS};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_location;

use crate::{
    accounting::{ACCOUNTING_PATH, accounting_path_of},
    analytics::ANALYTICS_PATH,
    audit::AUDIT_PATH,
    i18n::{role_name, text},
    payroll::PAYROLL_PATH,
    people::PEOPLE_PATH,
    preferences::{LanguageSwitch, ThemeSwitch},
    queues::QUEUES_PATH,
    session::{LOG_IN_PATH, LogOut, LogOutEverywhere, Visitor, visitor},
    tasks::TASKS_PATH,
};

/// The first stop of the Tab key: past the header, to the content.
#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    // `external` keeps the router out of it: the browser moves the focus as well as the view.
    view! {
        <a class="skip-link" href=["#", super::CONTENT_ID].concat() rel="external">
            {text().layout().skip_to_content()}
        </a>
    }
}

/// The perch: the product's name on the left; who looks, and what people set for themselves, on the right.
#[component]
pub(crate) fn PageHeader() -> impl IntoView {
    let text = text();
    let account = match visitor() {
        Some(visitor) => view! { <Account visitor /> }.into_any(),
        None => view! {
            <a class="page-header-link" href=LOG_IN_PATH rel="external">
                {text.layout().log_in()}
            </a>
        }
        .into_any(),
    };
    view! {
        <header class="page-header">
            <a class="brand" href="/" aria-label=text.layout().home()>
                <img class="brand-mark" src="/parrot.svg" alt="" width="36" height="54" />
                <span class="brand-name">{text.product().name()}</span>
            </a>
            <div class="page-header-account">{account}</div>
            <div class="page-header-preferences">
                <LanguageSwitch />
                <ThemeSwitch />
            </div>
        </header>
    }
}

/// The id of the menu that the account's button opens.
const MENU_ID: &str = "account-menu";

/// The pages of a role, who is logged in, and the way out. The menu is the browser's own popover.
#[component]
fn Account(visitor: Visitor) -> impl IntoView {
    let text = text();
    let accounting_path = accounting_path_of(&visitor);
    let Visitor { display_name, role, .. } = visitor;
    let role_name = role_name(role, text);
    let layout = text.layout();
    let label = layout.account(&display_name, role_name);
    // Only the server makes the pages of income, analytics, payroll, audit and the queues: their links are `external`.
    let external = Some("external");
    let for_admins = [
        (PEOPLE_PATH, PEOPLE_PATH, layout.people(), None),
        (PAYROLL_PATH, PAYROLL_PATH, layout.payroll(), external),
        (AUDIT_PATH, AUDIT_PATH, layout.audit(), external),
        (QUEUES_PATH, QUEUES_PATH, layout.queues(), external),
    ];
    let for_admins = for_admins.into_iter().filter(|_| role == Role::Admin);
    let for_all = [
        (TASKS_PATH, TASKS_PATH, layout.tasks(), None),
        (accounting_path, ACCOUNTING_PATH, layout.accounting(), role.is_management().then_some("external")),
    ];
    let for_managers = MAY_SEE_ANALYTICS.contains(&role).then_some((ANALYTICS_PATH, ANALYTICS_PATH, layout.analytics(), external));
    let location = use_location();
    let links = for_all.into_iter().chain(for_managers).chain(for_admins).map(|(path, section, name, rel)| {
        let current = move || {
            let shown = location.pathname.get();
            if shown == path { Some("page") } else { shown.starts_with(section).then_some("true") }
        };
        view! {
            <a class="page-header-link" href=path rel=rel aria-current=current>
                {name}
            </a>
        }
    });
    // Plain forms: whatever the page shows belongs to who was logged in, so it is loaded anew.
    view! {
        <nav class="page-header-pages" aria-label=layout.pages()>
            {links.collect_view()}
        </nav>
        <button class="account-button" type="button" popovertarget=MENU_ID aria-label=label>
            <span class="account-name">{display_name}</span>
            <span class="tag">{role_name}</span>
        </button>
        <div id=MENU_ID class="menu" popover="auto">
            <form method="post" action=LogOut::url()>
                <button type="submit">{layout.log_out()}</button>
            </form>
            <form method="post" action=LogOutEverywhere::url()>
                <button type="submit">{layout.log_out_everywhere()}</button>
            </form>
        </div>
    }
}
