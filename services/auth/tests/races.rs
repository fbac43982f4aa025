//! What many do at the same moment.

use contracts::{
    Actor, Caller, Role, ServiceError,
    auth::{Auth as _, EnrolmentPhoto, LoggedIn},
};
use tokio::task::JoinSet;

use crate::{
    company::{Company, applicant},
    pictures::photo,
};

/// How many try at once: as many as the pool has connections.
const RIVALS: u64 = 8;

/// Lets everybody enrol at once, each with the photo that `seed` names for it.
async fn enrol_at_once(company: &Company, seed: impl Fn(u64) -> u64) -> Vec<Result<LoggedIn, ServiceError>> {
    let mut rivals = JoinSet::new();
    for number in 0..RIVALS {
        let (auth, photo) = (company.auth.clone(), EnrolmentPhoto::Bytes(photo(seed(number))));
        rivals.spawn(async move { auth.enrol(photo, applicant(number)).await });
    }
    rivals.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_beak_enrols_once() {
    let company = Company::new().await;
    let outcomes = enrol_at_once(&company, |_| 1).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().filter(|outcome| **outcome == Err(ServiceError::AlreadyEnrolled)).count();
    assert_eq!(refused as u64, RIVALS - 1, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_are_first_one_is_the_admin() {
    let company = Company::new().await;
    let outcomes = enrol_at_once(&company, |number| number).await;
    let roles: Vec<Role> = outcomes.into_iter().map(|outcome| outcome.expect("all enrol").profile.user.role).collect();
    assert_eq!(roles.iter().filter(|role| **role == Role::Admin).count(), 1, "{roles:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_ticket_is_used_once() {
    let company = Company::new().await;
    let ticket = company.ticket(1).await;
    let mut rivals = JoinSet::new();
    for number in 0..RIVALS {
        let (auth, ticket) = (company.auth.clone(), EnrolmentPhoto::Ticket(ticket.clone()));
        rivals.spawn(async move { auth.enrol(ticket, applicant(number)).await });
    }
    let outcomes = rivals.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let expired = outcomes.iter().filter(|outcome| **outcome == Err(ServiceError::EnrolmentExpired)).count();
    assert_eq!(expired as u64, RIVALS - 1, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_admins_who_demote_each_other_leave_one() {
    let (company, one, other) = Company::with_two().await;
    for round in 0..20 {
        company.as_operator(one.user_id, Role::Admin).await;
        company.as_operator(other.user_id, Role::Admin).await;
        let demote = |actor, whom| {
            let auth = company.auth.clone();
            tokio::spawn(async move { auth.set_role(Actor::Employee(actor), whom, Role::Worker).await })
        };
        let outcomes = tokio::join!(demote(one, other.user_id), demote(Caller { role: Role::Admin, ..other }, one.user_id));
        let outcomes = [outcomes.0.expect("no panic"), outcomes.1.expect("no panic")];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}: {outcomes:?}");
        assert!(outcomes.contains(&Err(ServiceError::LastAdmin)), "round {round}: {outcomes:?}");
    }
}
