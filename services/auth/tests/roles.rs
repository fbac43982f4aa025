//! Who may give whom which role (specification, "People and roles").

use contracts::{
    Actor, Caller, Role, ServiceError, UserId,
    auth::{Auth as _, PeopleQuery},
};

use crate::company::Company;

const CHANGES: &str = "SELECT count(*) FROM auth.role_change";

#[tokio::test]
async fn an_admin_changes_roles_and_that_is_recorded() {
    let (company, admin, worker) = Company::with_two().await;
    let changed = company.auth.set_role(Actor::Employee(admin), worker.user_id, Role::Accountant).await.expect("an admin may");
    assert_eq!((changed.user.user_id, changed.user.role), (worker.user_id, Role::Accountant));
    company.as_operator(worker.user_id, Role::Worker).await;

    let (whom, who) = (worker.user_id, admin.user_id);
    let recorded = |by: &str, from: &str, to: &str| {
        format!(
            "{CHANGES} WHERE user_id = '{whom}' AND changed_by {by} AND from_role = '{from}' AND to_role = '{to}' AND change_time <= now()"
        )
    };
    assert_eq!(company.count(&recorded(&format!("= '{who}'"), "worker", "accountant")).await, 1);
    assert_eq!(company.count(&recorded("IS NULL", "accountant", "worker")).await, 1);
    assert_eq!(company.count(CHANGES).await, 2);
}

#[tokio::test]
async fn the_role_it_has_already_is_no_change() {
    let (company, admin, worker) = Company::with_two().await;
    for caller in [admin, worker] {
        let same = company.auth.set_role(Actor::Employee(admin), caller.user_id, caller.role).await.expect("no change");
        assert_eq!(same.user.role, caller.role);
    }
    assert_eq!(company.count(CHANGES).await, 0);
}

#[tokio::test]
async fn nobody_but_admins_and_operators_may() {
    let (company, _, worker) = Company::with_two().await;
    for role in [Role::Worker, Role::Accountant, Role::Manager] {
        let caller = Actor::Employee(Caller { role, ..worker });
        let forbidden = ServiceError::Forbidden { needs: vec![Role::Admin] };
        assert_eq!(company.auth.set_role(caller, worker.user_id, Role::Admin).await, Err(forbidden.clone()), "{role}");
        assert_eq!(company.auth.people(caller, PeopleQuery::default()).await, Err(forbidden), "{role}");
    }
    assert_eq!(company.count(CHANGES).await, 0);
}

#[tokio::test]
async fn the_last_admin_stays_admin_also_for_operators() {
    let (company, admin, worker) = Company::with_two().await;
    for actor in [Actor::Employee(admin), Actor::Operator] {
        assert_eq!(company.auth.set_role(actor, admin.user_id, Role::Worker).await, Err(ServiceError::LastAdmin));
    }
    company.as_operator(worker.user_id, Role::Admin).await;
    company.auth.set_role(Actor::Employee(admin), admin.user_id, Role::Worker).await.expect("there is another one now");
    assert_eq!(company.auth.set_role(Actor::Operator, worker.user_id, Role::Worker).await, Err(ServiceError::LastAdmin));
}

#[tokio::test]
async fn there_must_be_such_an_employee() {
    let (company, admin, _) = Company::with_two().await;
    let nobody = UserId("00000000-0000-7000-8000-000000000000".parse().expect("an id"));
    assert_eq!(company.auth.set_role(Actor::Employee(admin), nobody, Role::Admin).await, Err(ServiceError::NotFound));
    let stranger = Caller { user_id: nobody, role: Role::Worker };
    assert_eq!(company.auth.set_locale(stranger, contracts::Locale::Ru).await, Err(ServiceError::NotFound));
}
