use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    CHANGED, Wanted,
    change_role::{ChangeRole, RoleChange},
    list::{PeoplePart, Person},
};
use crate::{
    design::{ErrorNotice, Paging, Sent},
    i18n::{role_name, text},
};

/// A part of the list, with the ways to the others.
#[component]
pub(super) fn PeopleTable(part: PeoplePart, wanted: Memo<Wanted>, set_role: Sent<RoleChange>) -> impl IntoView {
    let PeoplePart { people, goes_on } = part;
    let page_text = text();
    let (text, person_text) = (page_text.people(), page_text.person());
    if people.is_empty() {
        return view! { <p>{text.nobody()}</p> }.into_any();
    }
    let next = goes_on.then(|| people.last().map(|last| last.user_id)).flatten();
    let changed_before = changed(&people);
    let rows = people.into_iter().map(|person| view! { <PersonRow person wanted set_role /> }).collect_view();
    view! {
        <ChangeResult set_role changed_before />
        <div class="table-scroll" role="region" tabindex="0" aria-label=text.table()>
            <table class="people-table">
                <caption class="visually-hidden">{text.caption()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{person_text.display_name()}</th>
                        <th scope="col">{person_text.email()}</th>
                        <th scope="col">{person_text.since()}</th>
                        <th scope="col">{person_text.role()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <PeoplePaging wanted next />
    }
    .into_any()
}

#[component]
fn PersonRow(person: Person, wanted: Memo<Wanted>, set_role: Sent<RoleChange>) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{person.display_name.clone()}</th>
            <td>{person.email.clone()}</td>
            <td>
                <time datetime=person.since_iso.clone()>{person.since.clone()}</time>
            </td>
            <td>
                <ChangeRole person wanted set_role />
            </td>
        </tr>
    }
}

/// What came of the last change. It is read out as soon as it is there.
#[component]
fn ChangeResult(
    set_role: Sent<RoleChange>,
    /// What the address says about a change made without JavaScript.
    changed_before: Option<String>,
) -> impl IntoView {
    let page_text = text();
    let success = move || match set_role.answer.get() {
        Some(Ok(change)) => Some(page_text.people().changed(&change.display_name, role_name(change.role, page_text))),
        Some(Err(_)) => None,
        None => changed_before.clone(),
    };
    let problem = move || set_role.answer.get().and_then(Result::err).map(|error| view! { <ErrorNotice error /> });
    view! {
        <div role="status">{move || success().map(|sentence| view! { <p class="notice">{sentence}</p> })}</div>
        {problem}
    }
}

/// Says whose role the address reports as changed. The role is read from the list, so a forged address cannot lie about it.
fn changed(people: &[Person]) -> Option<String> {
    let user_id = use_query_map().read_untracked().get_str(CHANGED)?.parse().ok()?;
    let person = people.iter().find(|person| person.user_id == user_id)?;
    let text = text();
    Some(text.people().changed(&person.display_name, role_name(person.role, text)))
}

#[component]
fn PeoplePaging(
    wanted: Memo<Wanted>,
    /// The employee after whom the next part begins, if there is one.
    next: Option<contracts::UserId>,
) -> impl IntoView {
    let text = text().people();
    let Wanted { search, after } = wanted.get_untracked();
    let path = |after| Wanted { search: search.clone(), after }.path();
    let first = after.map(|_| (path(None), text.first_page()));
    let next = next.map(|after| (path(Some(after)), text.next_page()));
    view! { <Paging label=text.paging() first next /> }
}
