//! How an installation comes by its first admin (specification, "People and roles"; setting `auth.first_admin`).

use contracts::{Actor, Role, auth::Auth as _};
use platform::config::FirstAdmin;

use crate::company::Company;

#[tokio::test]
async fn whoever_enrols_first_is_the_admin_and_nobody_else() {
    let company = Company::new().await;
    assert_eq!(company.auth.next_is_admin().await, Ok(true));
    assert_eq!(company.enrol(1).await.profile.user.role, Role::Admin);
    assert_eq!(company.auth.next_is_admin().await, Ok(false));
    assert_eq!(company.enrol(2).await.profile.user.role, Role::Worker);
}

#[tokio::test]
async fn by_command_line_the_first_is_a_worker_until_an_operator_says_otherwise() {
    let company = Company::with_first_admin(FirstAdmin::Cli).await;
    assert_eq!(company.auth.next_is_admin().await, Ok(false));
    let first = company.enrol(1).await;
    assert_eq!(first.profile.user.role, Role::Worker);
    let user_id = first.profile.user.user_id;
    let appointed = company.auth.set_role(Actor::Operator, user_id, Role::Admin).await.expect("an operator may");
    assert_eq!(appointed.user.role, Role::Admin);
    assert_eq!(company.role(&first.token).await, Some(Role::Admin));
}
