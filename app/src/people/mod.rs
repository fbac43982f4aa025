//! Who works here, for admins: find employees and change their roles.

mod change_role;
mod list;
mod search;
mod table;

use contracts::{Role, UserId};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map, params::ParamsMap};

use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
    forbidden::ForbiddenPage,
    i18n::text,
    page_title::PageTitle,
    session::{LOG_IN_PATH, visitor},
};
use change_role::SetRole;
use list::{PeoplePart, people};
use search::Search;
use table::PeopleTable;

/// The page's address.
pub(crate) const PEOPLE_PATH: &str = "/admin/people";

/// Who may see it.
const ADMINS: &[Role] = &[Role::Admin];

/// The parameter with a part of a name or of an address.
const SEARCH: &str = "search";

/// The parameter with the last employee of the part of the list before.
const AFTER: &str = "after";

/// The parameter that says, without JavaScript, whose role has just been changed.
const CHANGED: &str = "changed";

/// The page `/admin/people`.
#[component]
pub(crate) fn PeoplePage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) if !ADMINS.contains(&visitor.role) => view! { <ForbiddenPage needs=ADMINS /> }.into_any(),
        Some(visitor) => view! { <People own_id=visitor.user_id /> }.into_any(),
    }
}

/// Which part of the list the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    search: String,
    after: Option<UserId>,
}

impl Wanted {
    fn of(query: &ParamsMap) -> Self {
        Self {
            search: query.get_str(SEARCH).unwrap_or_default().trim().to_owned(),
            after: query.get_str(AFTER).and_then(|user_id| user_id.parse().ok()),
        }
    }

    /// The address that asks for it.
    fn path(&self) -> String {
        let mut query = ParamsMap::new();
        if !self.search.is_empty() {
            query.insert(SEARCH, self.search.clone());
        }
        if let Some(user_id) = self.after {
            query.insert(AFTER, user_id.to_string());
        }
        [PEOPLE_PATH, &query.to_query_string()].concat()
    }
}

#[component]
fn People(own_id: UserId) -> impl IntoView {
    let text = text().people();
    let query = use_query_map();
    let wanted = Memo::new(move |_| Wanted::of(&query.read()));
    let part = Resource::new(move || wanted.get(), |Wanted { search, after }| people(search, after));
    let set_role = Sent::to::<SetRole>();

    Effect::new(move || {
        if let Some(Ok(changed)) = set_role.answer.get()
            && changed.user_id == own_id
        {
            // Who gives up being an admin sees another site.
            drop(location().reload());
        }
    });

    let list = move |answer: Result<PeoplePart, AppError>| match answer {
        Ok(part) => view! { <PeopleTable part wanted set_role /> }.into_any(),
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    view! {
        <PageTitle text=text.title() />
        <section class="people">
            <h1>{text.headline()}</h1>
            <Search wanted />
            <Transition fallback=move || {
                view! { <p>{text.loading()}</p> }
            }>{move || part.get().map(list)}</Transition>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_the_part_it_was_made_for() {
        let parts = [
            Wanted { search: String::new(), after: None },
            Wanted { search: "Кеша & Co+".to_owned(), after: None },
            Wanted { search: "a b".to_owned(), after: "01981c4e-7c1a-7b3f-9d6e-2f5a8b1c4d7e".parse().ok() },
        ];
        for wanted in parts {
            let path = wanted.path();
            assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
        }
        assert_eq!(Wanted { search: String::new(), after: None }.path(), PEOPLE_PATH);
    }

    #[test]
    fn what_is_no_id_asks_for_the_beginning() {
        let mut query = ParamsMap::new();
        query.insert(SEARCH, " polly ".to_owned());
        query.insert(AFTER, "the parrot".to_owned());
        assert_eq!(Wanted::of(&query), Wanted { search: "polly".to_owned(), after: None });
    }
}
