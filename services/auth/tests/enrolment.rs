//! Unknown parrots become employees (specification, §1: "enrol").

use contracts::{
    Locale, Role, ServiceError,
    auth::{Applicant, Auth as _, EnrolmentPhoto, SecretToken},
};

use crate::{
    company::{Company, applicant, named},
    pictures::{jpeg, photo, picture},
};

#[tokio::test]
async fn a_ticket_stands_for_the_photo() {
    let company = Company::new().await;
    company.enrol(1).await;
    let ticket = company.ticket(2).await;

    let told = Applicant { locale: Locale::Ru, ..named(" Кеша ", "kesha@parrots.example") };
    let enrolled = company.enrol_by_ticket(&ticket, told).await.expect("the parrot enrols");
    let profile = enrolled.profile;
    assert_eq!((profile.user.display_name.as_str(), profile.email.as_str()), ("Кеша", "kesha@parrots.example"));
    assert_eq!((profile.locale, profile.user.role), (Locale::Ru, Role::Worker));
    assert_eq!(company.auth.session(&enrolled.token).await, Ok(Some(profile.clone())));
    assert_eq!(company.log_in(2).await.profile, profile);
}

#[tokio::test]
async fn a_ticket_is_good_for_one_enrolment() {
    let company = Company::new().await;
    let ticket = company.ticket(1).await;
    company.enrol_by_ticket(&ticket, applicant(1)).await.expect("the parrot enrols");
    assert_eq!(company.enrol_by_ticket(&ticket, applicant(2)).await, Err(ServiceError::EnrolmentExpired));
}

#[tokio::test]
async fn a_ticket_is_good_for_a_quarter_of_an_hour() {
    let company = Company::new().await;
    let (late, in_time) = (company.ticket(1).await, company.ticket(2).await);
    let set_back = |minutes: u32, seed: &str| {
        format!(
            "UPDATE auth.enrolment_ticket SET creation_time = creation_time - interval '{minutes} minutes',
             expires_at = expires_at - interval '{minutes} minutes' WHERE token_hash = sha256('\\x{seed}')"
        )
    };
    company.execute(&set_back(15, &late.0)).await;
    company.execute(&set_back(14, &in_time.0)).await;
    assert_eq!(company.enrol_by_ticket(&late, applicant(1)).await, Err(ServiceError::EnrolmentExpired));
    company.enrol_by_ticket(&in_time, applicant(2)).await.expect("there is a minute left");

    // The next unknown parrot clears the expired one away.
    company.ticket(3).await;
    assert_eq!(company.count("SELECT count(*) FROM auth.enrolment_ticket").await, 1);
}

#[tokio::test]
async fn other_texts_are_no_tickets() {
    let company = Company::new().await;
    for text in [String::new(), "ticket".to_owned(), "00".repeat(32)] {
        let enrolled = company.enrol_by_ticket(&SecretToken(text), applicant(1)).await;
        assert_eq!(enrolled, Err(ServiceError::EnrolmentExpired));
    }
    assert_eq!(company.auth.next_is_admin().await, Ok(true));
}

#[tokio::test]
async fn the_ticket_of_another_recogniser_has_expired() {
    let company = Company::new().await;
    let ticket = company.ticket(1).await;
    company.execute("UPDATE auth.enrolment_ticket SET recogniser = 'another-1'").await;
    assert_eq!(company.enrol_by_ticket(&ticket, applicant(1)).await, Err(ServiceError::EnrolmentExpired));
}

#[tokio::test]
async fn a_session_is_no_ticket_and_a_ticket_no_session() {
    let company = Company::new().await;
    let (ticket, session) = (company.ticket(1).await, company.enrol(2).await.token);
    assert_eq!(company.auth.session(&ticket).await, Ok(None));
    assert_eq!(company.enrol_by_ticket(&session, applicant(3)).await, Err(ServiceError::EnrolmentExpired));
}

#[tokio::test]
async fn who_is_known_cannot_enrol_again() {
    let company = Company::new().await;
    let ticket = company.ticket(1).await;
    company.enrol(1).await;
    let copy = EnrolmentPhoto::Bytes(jpeg(&picture(1), 70));
    assert_eq!(company.auth.enrol(copy, applicant(2)).await, Err(ServiceError::AlreadyEnrolled));
    assert_eq!(company.enrol_by_ticket(&ticket, applicant(2)).await, Err(ServiceError::AlreadyEnrolled));
    assert_eq!(company.count(r#"SELECT count(*) FROM auth."user""#).await, 1);
}

#[tokio::test]
async fn an_address_belongs_to_one_employee_however_it_is_written() {
    let company = Company::new().await;
    for (seed, address, same) in [(1, "kesha@parrots.example", "Kesha@Parrots.EXAMPLE"), (2, "кеша@почта.рф", "КЕША@почта.рф")]
    {
        let enrolled = company.auth.enrol(EnrolmentPhoto::Bytes(photo(seed)), named("Кеша", address)).await;
        enrolled.expect("the parrot enrols");
        let ticket = company.ticket(seed + 100).await;
        assert_eq!(company.enrol_by_ticket(&ticket, named("Гоша", same)).await, Err(ServiceError::EmailTaken));
        // The ticket is still good: the parrot only has to give another address.
        let another = named("Гоша", &format!("gosha{seed}@parrots.example"));
        company.enrol_by_ticket(&ticket, another).await.expect("the parrot enrols");
    }
}

#[tokio::test]
async fn a_failed_enrolment_leaves_nothing_behind() {
    let company = Company::new().await;
    company.enrol(1).await;
    let taken = company.auth.enrol(EnrolmentPhoto::Bytes(photo(2)), applicant(1)).await;
    assert_eq!(taken, Err(ServiceError::EmailTaken));
    for table in [r#"auth."user""#, "auth.beak_template", "auth.session"] {
        assert_eq!(company.count(&format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
    }
    company.ticket(2).await;
}
