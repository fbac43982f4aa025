use contracts::{Locale, Role};
use leptos::prelude::*;

use crate::i18n::{role_name, text};

/// Where a form goes that asks to be logged in as a parrot of the demo company. Its field `parrot` holds the key.
const DEMO_LOG_IN_PATH: &str = "/login/demo";

/// The sides of a portrait in pixels, for browsers to keep its place.
const PORTRAIT_SIDE: u16 = 480;

/// The parrots of a demo company. The server puts them into the context where it has founded one.
#[derive(Debug, Clone)]
pub struct DemoPeople(pub Vec<DemoPerson>);

/// A parrot of a demo company, with whose photo visitors may log in.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// What stands for it in the form.
    pub key: &'static str,
    /// Its name.
    pub display_name: &'static str,
    /// How it is called for short.
    pub given_name: &'static str,
    /// The language of its name.
    pub locale: Locale,
    /// The role it was given first.
    pub role: Role,
    /// The address of its portrait.
    pub portrait: String,
}

/// What the log-in page shows of the demo company, and the heading of what follows it there.
pub(super) fn markup() -> String {
    let Some(DemoPeople(people)) = use_context() else { return String::new() };
    let text = text().login().demo();
    let people = people.into_iter().map(|person| view! { <Person person /> }).collect_view();
    let view = view! {
        <section class="demo-company" aria-labelledby="demo">
            <h2 id="demo">{text.title()}</h2>
            <p>{text.lead()}</p>
            <form method="post" action=DEMO_LOG_IN_PATH>
                <ul class="demo-people">{people}</ul>
            </form>
        </section>
        <h2>{text.own_photo()}</h2>
    };
    view.to_html()
}

#[component]
fn Person(person: DemoPerson) -> impl IntoView {
    let texts = text();
    let text = texts.login().demo();
    let DemoPerson { key, display_name, given_name, locale, role, portrait } = person;
    let log_in = text.log_in_as(given_name);
    let (before, after) = log_in.split_once(given_name).unwrap_or((&log_in, ""));
    view! {
        <li class="demo-person">
            <img src=portrait alt=text.portrait(display_name) width=PORTRAIT_SIDE height=PORTRAIT_SIDE />
            <strong lang=locale.tag()>{display_name}</strong>
            <span class="tag">{role_name(role, texts)}</span>
            <button class="button button-quiet button-small" type="submit" name="parrot" value=key>
                <span>{before} <span lang=locale.tag()>{given_name}</span> {after}</span>
            </button>
        </li>
    }
}
