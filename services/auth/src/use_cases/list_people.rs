use contracts::{
    Actor, Role,
    auth::{PEOPLE_PAGE_MAX, PeopleQuery, Profile},
};
use platform::database::Failure;

use crate::{Auth, storage};

/// A page of the employees by name, with their addresses: for admins.
pub(crate) async fn list_people(auth: &Auth, actor: Actor, query: &PeopleQuery) -> Result<Vec<Profile>, Failure> {
    actor.require(&[Role::Admin])?;
    let pattern = query.search.as_deref().and_then(pattern);
    let limit = i64::try_from(query.limit.min(PEOPLE_PAGE_MAX)).unwrap_or(i64::MAX);
    Ok(storage::user::page(&auth.pool, pattern.as_deref(), query.after, limit).await?)
}

/// The LIKE pattern of what holds `search`, in which no character of `search` has a meaning of its own. `None` for nothing.
fn pattern(search: &str) -> Option<String> {
    let search = search.trim();
    if search.is_empty() {
        return None;
    }
    let literal: String = search.chars().flat_map(|c| matches!(c, '\\' | '%' | '_').then_some('\\').into_iter().chain([c])).collect();
    Some(format!("%{literal}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(pattern(" po_l%ly\\ ").as_deref(), Some(r"%po\_l\%ly\\%"));
        assert_eq!(pattern("Кеша").as_deref(), Some("%Кеша%"));
        assert_eq!(pattern("  "), None);
    }
}
