//! Sessions: how they end, and what they see.

use contracts::{
    Locale, Role, ServiceError,
    auth::{Auth as _, LoggedIn, SecretToken},
};

use crate::company::Company;

/// Sets the clocks of all sessions back.
async fn pass(company: &Company, interval: &str) {
    let statement = format!(
        "UPDATE auth.session SET creation_time = creation_time - interval '{interval}',
         expires_at = expires_at - interval '{interval}', last_seen_at = last_seen_at - interval '{interval}'"
    );
    company.execute(&statement).await;
}

async fn is_in(company: &Company, logged_in: &LoggedIn) -> bool {
    company.role(&logged_in.token).await.is_some()
}

#[tokio::test]
async fn a_session_ends_by_itself_after_the_days_that_are_set() {
    let company = Company::new().await;
    let first = company.enrol(1).await;
    assert_eq!((first.expires_at - first.profile.user.creation_time).num_hours(), 30 * 24);
    pass(&company, "29 days 23 hours").await;
    assert!(is_in(&company, &first).await);
    pass(&company, "1 hour").await;
    assert!(!is_in(&company, &first).await);

    // The next log-in clears it away.
    company.log_in(1).await;
    assert_eq!(company.count("SELECT count(*) FROM auth.session").await, 1);
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let company = Company::new().await;
    let (phone, desk) = (company.enrol(1).await, company.log_in(1).await);
    company.auth.log_out(&phone.token).await.expect("logs out");
    assert!(!is_in(&company, &phone).await);
    assert!(is_in(&company, &desk).await);
    company.auth.log_out(&phone.token).await.expect("ending what has ended is no error");
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_of_ones_own() {
    let company = Company::new().await;
    let (phone, desk, other) = (company.enrol(1).await, company.log_in(1).await, company.enrol(2).await);
    company.auth.log_out_everywhere(phone.profile.caller()).await.expect("logs out");
    assert!(!is_in(&company, &phone).await);
    assert!(!is_in(&company, &desk).await);
    assert!(is_in(&company, &other).await);
}

#[tokio::test]
async fn only_the_hash_of_a_token_is_stored() {
    let company = Company::new().await;
    let token = company.enrol(1).await.token.0;
    let stored = |what: &str| format!("SELECT count(*) FROM auth.session WHERE token_hash = {what}");
    assert_eq!(company.count(&stored(&format!("sha256('\\x{token}')"))).await, 1);
    assert_eq!(company.count(&stored(&format!("'\\x{token}'"))).await, 0);
}

#[tokio::test]
async fn other_texts_are_no_sessions() {
    let company = Company::new().await;
    for text in [String::new(), "'; --".to_owned(), "00".repeat(32), "ж".repeat(64)] {
        let token = SecretToken(text);
        assert_eq!(company.auth.session(&token).await, Ok(None));
        company.auth.log_out(&token).await.expect("ending what never was is no error");
    }
}

#[tokio::test]
async fn a_change_counts_from_the_next_request_on() {
    let company = Company::new().await;
    company.enrol(1).await;
    let worker = company.enrol(2).await;
    company.as_operator(worker.profile.user.user_id, Role::Manager).await;
    assert_eq!(company.role(&worker.token).await, Some(Role::Manager));

    company.auth.set_locale(worker.profile.caller(), Locale::Ru).await.expect("a language");
    let profile = company.auth.session(&worker.token).await.expect("the service answers").expect("a session");
    assert_eq!(profile.locale, Locale::Ru);
}

#[tokio::test]
async fn the_last_use_is_noted_but_not_every_time() {
    let company = Company::new().await;
    let session = company.enrol(1).await;
    let age = "SELECT extract(epoch FROM clock_timestamp() - last_seen_at)::bigint / 60 FROM auth.session";
    pass(&company, "4 minutes").await;
    assert!(is_in(&company, &session).await);
    assert_eq!(company.count(age).await, 4);
    pass(&company, "2 minutes").await;
    assert!(is_in(&company, &session).await);
    assert_eq!(company.count(age).await, 0);
}

#[tokio::test]
async fn too_many_sessions_end_the_oldest() {
    let company = Company::new().await;
    let oldest = company.enrol(1).await;
    let other = company.enrol(2).await;
    pass(&company, "1 hour").await;
    let second = company.log_in(1).await;
    company
        .execute(
            "INSERT INTO auth.session (token_hash, user_id, expires_at)
             SELECT sha256(convert_to(number::text, 'UTF8')), user_id, now() + interval '1 day'
             FROM generate_series(1, 48) AS number, (SELECT user_id FROM auth.session ORDER BY creation_time LIMIT 1) AS oldest",
        )
        .await;
    assert!(is_in(&company, &oldest).await, "fifty may be open");
    company.log_in(1).await;
    assert!(!is_in(&company, &oldest).await);
    assert!(is_in(&company, &second).await);
    assert!(is_in(&company, &other).await);
}

#[tokio::test]
async fn a_row_that_nobody_can_have_written_is_an_answer_not_a_crash() {
    let company = Company::new().await;
    let session = company.enrol(1).await;
    company.execute(r#"ALTER TABLE auth."user" DROP CONSTRAINT user_role_check; UPDATE auth."user" SET role = 'parrot'"#).await;
    assert_eq!(company.auth.session(&session.token).await, Err(ServiceError::Unavailable));
}
