#[cfg(feature = "ssr")]
use contracts::{
    Actor,
    auth::{Auth, PEOPLE_PAGE_MAX, PeopleQuery, Profile},
};
use contracts::{Role, UserId};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::{error::AppError, json::Json};
#[cfg(feature = "ssr")]
use crate::{
    i18n::{CompanyTimeZone, written_day},
    preferences::Preferences,
    service::service,
    session::CurrentSession,
};

/// How many employees the page shows at once.
#[cfg(feature = "ssr")]
const PEOPLE_SHOWN_MAX: usize = 50;

// One more is asked for: it tells whether there is a next part.
#[cfg(feature = "ssr")]
const _: () = assert!(PEOPLE_SHOWN_MAX < PEOPLE_PAGE_MAX, "the auth service gives less at once than the page needs");

/// A part of the list of employees, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PeoplePart {
    pub(super) people: Vec<Person>,
    /// Whether the list goes on.
    pub(super) goes_on: bool,
}

/// An employee as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) user_id: UserId,
    pub(super) display_name: String,
    pub(super) email: String,
    pub(super) role: Role,
    /// The day of enrolment as the reader writes it, by the company's calendar.
    pub(super) since: String,
    /// The same day for programs.
    pub(super) since_iso: String,
}

/// The employees whose name or address holds `search`, those after `after` where it is given.
#[server(endpoint = "people", input = GetUrl, output = Json)]
pub(super) async fn people(search: String, after: Option<UserId>) -> Result<PeoplePart, AppError> {
    let session = CurrentSession::required()?;
    let search = (!search.is_empty()).then_some(search);
    let query = PeopleQuery { search, after, limit: PEOPLE_SHOWN_MAX + 1 };
    let mut profiles = service::<dyn Auth>().people(Actor::Employee(session.caller()), query).await?;
    let goes_on = profiles.len() > PEOPLE_SHOWN_MAX;
    profiles.truncate(PEOPLE_SHOWN_MAX);
    Ok(PeoplePart { people: profiles.into_iter().map(Person::from).collect(), goes_on })
}

#[cfg(feature = "ssr")]
impl From<Profile> for Person {
    fn from(Profile { user, email, .. }: Profile) -> Self {
        let since = CompanyTimeZone::current().local(user.creation_time).date();
        Self {
            user_id: user.user_id,
            display_name: user.display_name,
            email,
            role: user.role,
            since: written_day(since, Preferences::current().locale),
            since_iso: since.to_string(),
        }
    }
}
