use std::{pin::pin, time::Duration};

use contracts::{
    DisplayName, Email, Locale, UserId,
    auth::{Applicant, EnrolmentPhoto, Recognition},
};
use demo::{DemoError, Founding, PARROTS};
use platform::{
    clock_setting::{self, ClockError, ClockSetting},
    database::Role,
};
use sqlx::Executor as _;
use testbed::Company;
use tokio_util::sync::CancellationToken;

use crate::company::{clock_is_right, found, of_nobody, show_portrait};

#[tokio::test(flavor = "multi_thread")]
async fn a_company_with_two_months_behind_it_is_founded_once() {
    let company = of_nobody().await;
    let found_here = async || found(&company, &CancellationToken::new()).await.expect("a company");
    let somebody = ClockSetting::take(&company.database).await.expect("nobody else sets the clock");
    let mut founding = pin!(found_here());
    tokio::select! {
        ended = &mut founding => panic!("somebody else is setting the clock: {ended:?}"),
        () = tokio::time::sleep(Duration::from_millis(200)) => somebody.close().await,
    }
    assert_eq!(founding.await, Founding::Founded);

    assert!(clock_is_right(&company).await);
    company.assert_count("employees", r#"SELECT count(*) FROM auth."user""#, 8).await;
    company.assert_count("sessions left open", "SELECT count(*) FROM auth.session", 0).await;
    company.assert_count("deliveries not done", "SELECT count(*) FROM bus.delivery WHERE status <> 'done'", 0).await;
    company.assert_count("events of the future", "SELECT count(*) FROM bus.event WHERE occurred_at > now()", 0).await;
    let days = "SELECT count(DISTINCT business_day) FROM accounting.account_log WHERE business_day >= current_date - 7";
    company.assert_count("days of the last week with entries", days, 8).await;
    let span = "SELECT ((max(business_day) - min(business_day)) BETWEEN 56 AND 60)::integer::bigint FROM accounting.account_log";
    company.assert_count("two months from the first to the last", span, 1).await;
    company.assert_count("reassign runs", "SELECT count(*) FROM tracker.reassign_run WHERE status = 'done' AND assigned > 0", 1).await;
    let debts = "SELECT count(*) FROM accounting.payroll_run WHERE debtors > 0";
    assert!(sqlx::query_scalar::<_, i64>(debts).fetch_one(&company.owner).await.expect(debts) > 0, "no payroll with debts");
    let difference =
        "SELECT (SELECT sum(balance) FROM accounting.account)::bigint - (SELECT sum(signed_amount) FROM accounting.account_log)::bigint";
    company.assert_count("what accounts hold beyond their entries", difference, 0).await;
    company.assert_books_are_right().await;
    // The last night too, unless today has hardly begun.
    let nights = "SELECT least(count(*), 50) FROM accounting.payroll_run WHERE status = 'done'";
    company.assert_count("nights with payroll", nights, 50).await;
    let at_other_times =
        "SELECT count(*) FROM accounting.account_log WHERE type = 'CLEAR' AND business_day BETWEEN current_date - 7 AND current_date - 2
        AND event_time NOT BETWEEN business_day + interval '1 day 5 minutes' AND business_day + interval '1 day 1 hour'";
    company.assert_count("payouts at other times than that night", at_other_times, 0).await;
    let upside_down = "SELECT count(*) FROM (SELECT event_time, lag(event_time) OVER (PARTITION BY account_id ORDER BY entry_no) AS before
        FROM accounting.account_log) AS entries WHERE event_time < before AND event_time >= current_date - 7";
    company.assert_count("entries that were booked before earlier ones", upside_down, 0).await;
    let started_late = r#"SELECT count(*) FROM tracker.task JOIN auth."user" ON user_id IN (creator_user_id, assignee_user_id)
        WHERE task.creation_time < "user".creation_time"#;
    company.assert_count("tasks older than who has to do with them", started_late, 0).await;
    let [open, done] = tasks(&company).await;
    assert!((4..=12).contains(&open) && open + done > 100, "{open} open, {done} done");
    everybody_logs_in(&company).await;

    let before = (company.ledger().await, tasks(&company).await);
    assert_eq!(found_here().await, Founding::ThereBefore);
    assert_eq!((company.ledger().await, tasks(&company).await), before);
    company.assert_count("employees", r#"SELECT count(*) FROM auth."user""#, 8).await;
}

/// How many tasks are open and how many are done.
async fn tasks(company: &Company) -> [i64; 2] {
    let counts: (i64, i64) =
        sqlx::query_as("SELECT count(*) FILTER (WHERE status = 'IN_PROGRESS'), count(*) FILTER (WHERE status = 'DONE') FROM tracker.task")
            .fetch_one(&company.owner)
            .await
            .expect("tasks can be counted");
    counts.into()
}

async fn everybody_logs_in(company: &Company) {
    let mut seen: Vec<UserId> = Vec::new();
    for parrot in &PARROTS {
        let Recognition::Known(logged_in) = show_portrait(company, parrot).await else { panic!("{} is not recognised", parrot.key) };
        let profile = logged_in.profile;
        assert_eq!(
            (profile.user.display_name.as_str(), profile.user.role, profile.email.as_str(), profile.locale),
            (parrot.display_name, parrot.role, parrot.email, parrot.locale)
        );
        assert!(!seen.contains(&profile.user.user_id), "{} is taken for somebody else", parrot.key);
        seen.push(profile.user.user_id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founding_that_is_stopped_leaves_the_clock_right_and_is_not_continued() {
    let company = of_nobody().await;
    let stop = CancellationToken::new();
    let mut founding = pin!(found(&company, &stop));
    let at_work = async {
        while tasks(&company).await == [0, 0] {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = &mut founding => panic!("nobody has worked: {ended:?}"),
        () = at_work => assert!(!clock_is_right(&company).await, "nothing is done in the past"),
    }
    stop.cancel();
    let stopped = founding.await;
    assert!(matches!(stopped, Err(DemoError::Interrupted)), "{stopped:?}");
    assert!(clock_is_right(&company).await);

    let again = async || found(&company, &CancellationToken::new()).await;
    assert!(matches!(again().await, Err(DemoError::Unfinished)));
    // A process that was killed has left the clock in the past.
    let mut clock = ClockSetting::take(&company.database).await.expect("nobody else sets the clock");
    let yesterday = clock.real_time().await.expect("the time") - chrono::TimeDelta::days(1);
    clock.set_to(yesterday).await.expect("the owner sets the clock");
    clock.close().await;
    assert!(!clock_setting::is_right(&company.database).await.expect("nobody sets the clock any more"));
    assert!(matches!(again().await, Err(DemoError::Unfinished)));
    assert!(clock_is_right(&company).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_of_others_is_left_alone() {
    let company = of_nobody().await;
    let stranger = Applicant {
        display_name: DisplayName::parse("Somebody").expect("a name"),
        email: Email::parse("somebody@example.org").expect("an address"),
        locale: Locale::En,
    };
    let photo = EnrolmentPhoto::Bytes(PARROTS[0].portrait());
    company.services.auth.enrol(photo, stranger).await.expect("a stranger enrols");

    let founding = found(&company, &CancellationToken::new()).await;
    assert!(matches!(founding, Ok(Founding::OfOthers)), "{founding:?}");
    company.assert_count("employees", r#"SELECT count(*) FROM auth."user""#, 1).await;
    company.assert_count("tasks", "SELECT count(*) FROM tracker.task", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time_sets_the_clock() {
    let company = of_nobody().await;
    let hands = ClockSetting::take(&company.database).await.expect("nobody else sets the clock");
    let (taken, looked) = tokio::join!(ClockSetting::take(&company.database), clock_setting::is_right(&company.database));
    assert!(matches!((&taken, &looked), (Err(ClockError::Held), Err(ClockError::Held))), "{taken:?}, {looked:?}");
    hands.close().await;
    assert!(clock_setting::is_right(&company.database).await.expect("nobody sets the clock any more"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_sets_the_clock() {
    let company = of_nobody().await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let refused = company.database.pool(role).execute("UPDATE bus.company_clock SET clock_offset = '1 day'").await;
        assert!(refused.is_err_and(|error| error.to_string().contains("permission denied")), "{role:?} sets the clock");
    }
    assert!(clock_is_right(&company).await);
}
