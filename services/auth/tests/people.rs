//! The list of employees that admins see.

use contracts::{
    Actor, Locale, ServiceError,
    auth::{Auth as _, EnrolmentPhoto, PEOPLE_PAGE_MAX, PeopleQuery},
};

use crate::{
    company::{Company, named},
    pictures::photo,
};

/// Enrols employees of these names and addresses.
async fn company_of(people: &[(&str, &str)]) -> Company {
    let company = Company::new().await;
    for (seed, (name, email)) in (1..).zip(people) {
        company.auth.enrol(EnrolmentPhoto::Bytes(photo(seed)), named(name, email)).await.expect("the parrot enrols");
    }
    company
}

async fn names(company: &Company, search: &str) -> Vec<String> {
    let query = PeopleQuery { search: Some(search.to_owned()), ..PeopleQuery::default() };
    let people = company.auth.people(Actor::Operator, query).await.expect("an operator may");
    people.into_iter().map(|profile| profile.user.display_name).collect()
}

#[tokio::test]
async fn pages_follow_each_other_by_name_in_any_language_and_case() {
    let company = company_of(&[
        ("ёжик", "a@parrots.example"),
        ("beta", "b@parrots.example"),
        ("Alpha", "c@parrots.example"),
        ("Жако", "d@parrots.example"),
        ("alpha", "e@parrots.example"),
        ("Ель", "f@parrots.example"),
        ("Gamma", "g@parrots.example"),
    ])
    .await;
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = company.auth.people(Actor::Operator, PeopleQuery { search: None, after, limit: 2 }).await.expect("a page");
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.user.user_id);
        listed.extend(page.into_iter().map(|profile| profile.user.display_name));
    }
    // Employees of the same name follow in the order of their ids, which is that of their enrolment.
    assert_eq!(listed, ["Alpha", "alpha", "beta", "Gamma", "ёжик", "Ель", "Жако"]);
}

#[tokio::test]
async fn a_search_finds_parts_of_names_and_addresses_in_any_case() {
    let company =
        company_of(&[("Кеша", "kesha@parrots.example"), ("Polly 100%", "polly_p@cage.example"), ("Гоша", "pollyxp@x.example")]).await;
    assert_eq!(names(&company, "КЕШ").await, ["Кеша"]);
    assert_eq!(names(&company, "POLLY").await, ["Polly 100%", "Гоша"]);
    assert_eq!(names(&company, " Cage.EXAMPLE ").await, ["Polly 100%"]);
    assert_eq!(names(&company, "%").await, ["Polly 100%"], "a percent sign is no wildcard");
    assert_eq!(names(&company, "y_p").await, ["Polly 100%"], "an underscore is no wildcard");
    assert_eq!(names(&company, "\\").await, Vec::<String>::new());
    assert_eq!(names(&company, " ").await.len(), 3);
}

#[tokio::test]
async fn a_page_is_never_longer_than_the_limit() {
    let company = Company::new().await;
    company
        .execute(
            r#"INSERT INTO auth."user" (user_id, role, display_name, email, locale)
               SELECT gen_random_uuid(), 'worker', 'Parrot ' || number, number || '@parrots.example', 'en'
               FROM generate_series(1, 120) AS number"#,
        )
        .await;
    for (limit, listed) in [(0, 0), (1, 1), (PEOPLE_PAGE_MAX, PEOPLE_PAGE_MAX), (usize::MAX, PEOPLE_PAGE_MAX)] {
        let page = company.auth.people(Actor::Operator, PeopleQuery { limit, ..PeopleQuery::default() }).await;
        assert_eq!(page.expect("a page").len(), listed);
    }
}

#[tokio::test]
async fn an_admin_sees_addresses_and_languages() {
    let (company, admin, worker) = Company::with_two().await;
    company.auth.set_locale(worker, Locale::Ru).await.expect("a language");
    let people = company.auth.people(Actor::Employee(admin), PeopleQuery::default()).await.expect("an admin may");
    let seen: Vec<_> = people.iter().map(|profile| (profile.email.as_str(), profile.locale)).collect();
    assert_eq!(seen, [("parrot1@parrots.example", Locale::En), ("parrot2@parrots.example", Locale::Ru)]);
}

#[tokio::test]
async fn a_lost_database_is_an_answer() {
    let (company, ..) = Company::with_two().await;
    company.execute(r#"ALTER TABLE auth."user" RENAME TO lost"#).await;
    assert_eq!(company.auth.people(Actor::Operator, PeopleQuery::default()).await, Err(ServiceError::Unavailable));
}
