//! What other services ask about people.

use contracts::{
    Role, ServiceError, UserId,
    auth::{DRAWS_MAX, Directory as _, USERS_MAX},
};

use crate::company::Company;

fn nobody() -> UserId {
    UserId("00000000-0000-7000-8000-000000000000".parse().expect("an id"))
}

#[tokio::test]
async fn an_employee_is_found_by_its_id() {
    let company = Company::new().await;
    let user = company.enrol(1).await.profile.user;
    assert_eq!(company.auth.user(user.user_id).await, Ok(user));
    assert_eq!(company.auth.user(nobody()).await, Err(ServiceError::NotFound));
}

#[tokio::test]
async fn many_are_found_at_once_and_the_unknown_left_out() {
    let (company, one, other) = Company::with_two().await;
    company.enrol(3).await;
    let found = company.auth.users(&[one.user_id, nobody(), other.user_id, one.user_id]).await.expect("employees");
    let mut found: Vec<UserId> = found.into_iter().map(|user| user.user_id).collect();
    found.sort();
    assert_eq!(found, [one.user_id, other.user_id]);
    assert_eq!(company.auth.users(&[]).await, Ok(vec![]));
    assert_eq!(company.auth.users(&vec![nobody(); USERS_MAX]).await, Ok(vec![]));
    assert_eq!(company.auth.users(&vec![nobody(); USERS_MAX + 1]).await, Err(ServiceError::TooMany { max: USERS_MAX }));
}

#[tokio::test]
async fn only_holders_of_the_roles_are_drawn_each_of_them_and_again_and_again() {
    let (company, _admin, worker) = Company::with_two().await;
    let (accountant, manager) = (company.enrol(3).await.profile.user.user_id, company.enrol(4).await.profile.user.user_id);
    company.as_operator(accountant, Role::Accountant).await;
    company.as_operator(manager, Role::Manager).await;

    let drawn = company.auth.random_users(&Role::ASSIGNABLE, 200).await.expect("there are two");
    assert_eq!(drawn.len(), 200);
    for user_id in [worker.user_id, accountant] {
        let times = drawn.iter().filter(|drawn| **drawn == user_id).count();
        assert!((60..=140).contains(&times), "{times} of 200");
    }
    assert!(drawn.iter().all(|drawn| [worker.user_id, accountant].contains(drawn)));
}

#[tokio::test]
async fn a_role_counts_at_the_moment_of_the_draw() {
    let (company, _admin, worker) = Company::with_two().await;
    assert_eq!(company.auth.random_users(&Role::ASSIGNABLE, 2).await, Ok(vec![worker.user_id; 2]));
    company.as_operator(worker.user_id, Role::Manager).await;
    assert_eq!(company.auth.random_users(&Role::ASSIGNABLE, 1).await, Err(ServiceError::NobodyAssignable));
}

#[tokio::test]
async fn nobody_can_be_drawn_where_nobody_is() {
    let company = Company::new().await;
    assert_eq!(company.auth.random_users(&Role::ALL, 0).await, Err(ServiceError::NobodyAssignable));
    company.enrol(1).await;
    assert_eq!(company.auth.random_users(&[], 1).await, Err(ServiceError::NobodyAssignable));
    assert_eq!(company.auth.random_users(&Role::ALL, 0).await, Ok(vec![]));
}

#[tokio::test]
async fn draws_have_a_limit() {
    let (company, ..) = Company::with_two().await;
    assert_eq!(company.auth.random_users(&Role::ALL, DRAWS_MAX).await.map(|drawn| drawn.len()), Ok(DRAWS_MAX));
    assert_eq!(company.auth.random_users(&Role::ALL, DRAWS_MAX + 1).await, Err(ServiceError::TooMany { max: DRAWS_MAX }));
}
