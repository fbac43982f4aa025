//! Payroll: everybody is paid exactly what the account held at the end of the day, once, whatever happens meanwhile.

use chrono::{Days, NaiveTime};
use contracts::{
    Actor, BusinessDay, Caller, Role, ServiceError, Subscription,
    payroll::{PayrollRun, PayrollStatus},
    queues::DeliveryFilter,
    tracker::Task,
};
use platform::{database, randomness::Randomness};
use sqlx::{Executor as _, PgPool};
use testbed::{Company, Manner, SessionKiller};
use wiring::Services;

use crate::worker_process::start_workers;

/// How many accounts make a few batches.
const MANY_ACCOUNTS: i32 = 2_500;

/// A company of three workers, where it is noon.
async fn found(seed: u64) -> Company {
    let company = Company::found(seed).await;
    set_clock(&company, today(&company).await, (12, 0)).await;
    company
}

/// Sets the company's clock to a time of day.
async fn set_clock(company: &Company, day: BusinessDay, (hour, minute): (u32, u32)) {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
    company.set_clock(day.0.and_time(time).and_utc()).await;
}

/// The day that the company lives in.
async fn today(company: &Company) -> BusinessDay {
    company.services.clock.moment(&company.owner).await.expect("the clock").day
}

/// Some tasks. Who has the first one finishes all of theirs and earns; somebody else has some as well, finishes none and gets into debt.
/// What is booked follows when somebody works on it.
async fn work(company: &Company) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    while tasks.len() < 6 || tasks.iter().all(|task| task.assignee_user_id == tasks[0].assignee_user_id) {
        let task = company.create_task(&format!("Whistle {}", tasks.len())).await;
        if tasks.first().is_none_or(|first| first.assignee_user_id == task.assignee_user_id) {
            company.resolve(&task).await;
        }
        tasks.push(task);
    }
    tasks
}

/// What was booked for tasks on a day, by account.
async fn booked(company: &Company, day: BusinessDay) -> Vec<i64> {
    sqlx::query_scalar(
        "SELECT coalesce((SELECT sum(signed_amount) FROM accounting.account_log
             WHERE account_log.account_id = account.account_id AND business_day = $1 AND type <> 'CLEAR'), 0)::bigint
         FROM accounting.account ORDER BY account_id",
    )
    .bind(day.0)
    .fetch_all(&company.owner)
    .await
    .expect("sums")
}

/// A day's work, with all its money booked.
async fn live(company: &Company) -> BusinessDay {
    let day = today(company).await;
    work(company).await;
    company.work_until_settled().await;
    day
}

/// Pays what can be paid now.
async fn pay(company: &Company) {
    company.services.payroll_work.carry_on().await.expect("payroll is carried on");
}

/// A balance for each account that has one, in cents, by account.
async fn balances(company: &Company) -> Vec<i64> {
    sqlx::query_scalar("SELECT balance FROM accounting.account ORDER BY account_id").fetch_all(&company.owner).await.expect("balances")
}

/// What was paid for a day, by account; zero where nothing was.
async fn payouts(company: &Company, day: BusinessDay) -> Vec<i64> {
    sqlx::query_scalar(
        "SELECT coalesce(amount, 0) FROM accounting.account
         LEFT JOIN accounting.account_log ON account_log.account_id = account.account_id AND type = 'CLEAR' AND business_day = $1
         ORDER BY account.account_id",
    )
    .bind(day.0)
    .fetch_all(&company.owner)
    .await
    .expect("payouts")
}

async fn run_of(company: &Company, day: BusinessDay) -> Option<PayrollRun> {
    let runs = company.services.payroll.runs(Actor::Operator, Some(day.next())).await.expect("the runs");
    runs.into_iter().next().filter(|run| run.day == day)
}

/// What a positive balance pays.
fn credit(balances: &[i64]) -> Vec<i64> {
    balances.iter().map(|balance| (*balance).max(0)).collect()
}

/// What stays of a balance when it was paid.
fn debt(balances: &[i64]) -> Vec<i64> {
    balances.iter().map(|balance| (*balance).min(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_pays_what_was_earned_and_carries_debts_over() {
    let company = found(21).await;
    let day = live(&company).await;
    let earned = balances(&company).await;
    pay(&company).await;
    assert_eq!(run_of(&company, day).await, None, "the day has not ended");

    company.end_day().await;
    pay(&company).await;
    assert_eq!(payouts(&company, day).await, credit(&earned));
    assert_eq!(balances(&company).await, debt(&earned));
    let run = run_of(&company, day).await.expect("a run");
    let accounts = i64::try_from(earned.len()).expect("few");
    let count = |of: &[i64]| i64::try_from(of.iter().filter(|amount| **amount != 0).count()).expect("few");
    assert_eq!((run.status, run.started_by, run.unfinished_deliveries), (PayrollStatus::Done, None, Some(0)));
    assert_eq!((run.accounts, run.payouts, run.debtors), (accounts, count(&credit(&earned)), count(&debt(&earned))));
    assert_eq!((run.paid.cents(), run.debt.cents()), (credit(&earned).iter().sum(), debt(&earned).iter().sum()));
    assert!(run.payouts > 0 && run.debtors > 0, "one of each is to be seen: {earned:?}");

    // A day without work: nothing is paid, and everybody hears of it.
    let before = company.ledger().await;
    company.end_day().await;
    pay(&company).await;
    assert_eq!(company.ledger().await, before);
    assert_eq!(
        run_of(&company, day.next()).await.map(|run| (run.status, run.payouts, run.accounts)),
        Some((PayrollStatus::Done, 0, accounts))
    );
    company.assert_count("letters", "SELECT count(*) FROM accounting.letter", 2 * accounts).await;
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nights_that_were_missed_are_made_up_for_in_order() {
    let company = found(22).await;
    // Nobody works in the background for three days and nights.
    let mut days = Vec::new();
    for _ in 0..3 {
        days.push(today(&company).await);
        work(&company).await;
        company.end_day().await;
    }
    company.work_until_settled().await;
    pay(&company).await;
    let mut closing = vec![0; balances(&company).await.len()];
    for day in days {
        for (closing, booked) in closing.iter_mut().zip(booked(&company, day).await) {
            *closing = booked + (*closing).min(0);
        }
        assert_eq!(payouts(&company, day).await, credit(&closing), "{day}");
    }
    assert_eq!(balances(&company).await, debt(&closing));
    company.assert_count("runs", "SELECT count(*) FROM accounting.payroll_run WHERE status = 'done'", 3).await;
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_the_new_day_is_not_paid_with_the_old_one() {
    let company = found(23).await;
    let day = live(&company).await;
    let earned = balances(&company).await;
    set_clock(&company, day.next(), (0, 1)).await;
    live(&company).await;
    let with_new = balances(&company).await;
    assert_ne!(with_new, earned);

    set_clock(&company, day.next(), (0, 6)).await;
    pay(&company).await;
    assert_eq!(payouts(&company, day).await[..earned.len()], credit(&earned));
    let left: Vec<i64> = with_new.iter().zip(credit(&earned).into_iter().chain([0; 3])).map(|(balance, paid)| balance - paid).collect();
    assert_eq!(balances(&company).await, left);
    assert!(left.iter().any(|left| *left < 0), "what is left may be a debt: {left:?}");
    company.end_day().await;
    pay(&company).await;
    assert_eq!(payouts(&company, day.next()).await, credit(&left));
    assert_eq!(balances(&company).await, debt(&left));
    company.assert_books_are_right().await;
}

/// As if a run had been waiting for so long that it need not wait any longer.
async fn let_patience_end(company: &Company) {
    company.owner.execute("UPDATE accounting.payroll_run SET started_at = started_at - interval '31 minutes'").await.expect("a run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_its_day_and_what_comes_too_late_is_paid_the_next_night() {
    let company = found(24).await;
    let day = live(&company).await;
    let in_time = balances(&company).await;
    // Nobody hears of these on their day: some earn, all cost.
    let late = work(&company).await;
    company.end_day().await;
    pay(&company).await;
    pay(&company).await;
    let run = run_of(&company, day).await.expect("a run");
    assert_eq!((run.status, run.unfinished_deliveries, run.accounts), (PayrollStatus::Waiting, None, 0));
    assert_eq!(balances(&company).await, in_time);

    let_patience_end(&company).await;
    pay(&company).await;
    let run = run_of(&company, day).await.expect("a run");
    let done = late.iter().filter(|task| task.assignee_user_id == late[0].assignee_user_id).count();
    let unfinished = 2 * late.len() + done;
    assert_eq!((run.status, run.unfinished_deliveries), (PayrollStatus::Done, i64::try_from(unfinished).ok()));
    assert_eq!(payouts(&company, day).await, credit(&in_time));

    company.work_until_settled().await;
    let with_late = balances(&company).await;
    let before = debt(&in_time).into_iter().chain([0; 3]);
    let change: Vec<i64> = with_late.iter().zip(before).map(|(balance, before)| balance - before).collect();
    assert!(change.iter().any(|change| *change > 0) && change.iter().any(|change| *change < 0), "both directions: {change:?}");
    assert_eq!(payouts(&company, day).await[..in_time.len()], credit(&in_time), "what is paid stays as it was");
    company.end_day().await;
    pay(&company).await;
    assert_eq!(payouts(&company, day.next()).await, credit(&with_late));
    assert_eq!(balances(&company).await, debt(&with_late));
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_hold_no_payroll_up() {
    let company = found(25).await;
    let day = live(&company).await;
    company.create_task("Sing for nobody").await;
    company.owner.execute("UPDATE bus.delivery SET status = 'dead', finished_at = now() WHERE status <> 'done'").await.expect("a harm");
    company.end_day().await;
    pay(&company).await;
    assert_eq!(run_of(&company, day).await.map(|run| (run.status, run.unfinished_deliveries)), Some((PayrollStatus::Done, Some(0))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_pays_nothing_again() {
    let company = found(26).await;
    let day = live(&company).await;
    company.end_day().await;
    pay(&company).await;
    let (paid, ledger) = (payouts(&company, day).await, company.ledger().await);

    set_clock(&company, day, (23, 0)).await;
    pay(&company).await;
    assert_eq!(company.ledger().await, ledger);
    // What happens on the day that is paid already is for the next night.
    live(&company).await;
    let earned_again = balances(&company).await;
    set_clock(&company, day.next(), (0, 6)).await;
    pay(&company).await;
    assert_eq!(payouts(&company, day).await[..paid.len()], paid);
    assert_eq!(balances(&company).await, earned_again);
    company.end_day().await;
    pay(&company).await;
    assert_eq!(payouts(&company, day.next()).await, credit(&earned_again));
    // A clock that jumps ahead makes up for the nights between.
    set_clock(&company, BusinessDay(day.0 + Days::new(9)), (8, 0)).await;
    pay(&company).await;
    company.assert_count("runs", "SELECT count(*) FROM accounting.payroll_run WHERE status = 'done'", 9).await;
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_promoted_is_paid_all_the_same() {
    let company = found(27).await;
    let day = live(&company).await;
    let earned = balances(&company).await;
    for employee in &company.employees {
        company.services.auth.set_role(Actor::Operator, employee.user_id, Role::Manager).await.expect("a promotion");
    }
    company.end_day().await;
    pay(&company).await;
    assert_eq!(payouts(&company, day).await, credit(&earned));
    assert!(credit(&earned).iter().any(|paid| *paid > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_may_be_started_by_hand_when_its_day_is_over() {
    let mut company = found(28).await;
    company.hire("Ara", Role::Admin).await;
    let admin = Actor::Employee(*company.employees.last().expect("the admin"));
    let payroll = company.services.payroll.clone();
    let day = today(&company).await;
    assert_eq!(payroll.start(admin, day).await, Err(ServiceError::DayNotEnded));
    assert_eq!(payroll.start(admin, BusinessDay(day.0 - Days::new(1))).await, Err(ServiceError::NothingToPay));
    live(&company).await;
    for role in [Role::Worker, Role::Accountant, Role::Manager] {
        let caller = Actor::Employee(Caller { role, ..company.employees[0] });
        let refused = Err(ServiceError::Forbidden { needs: vec![Role::Admin] });
        assert_eq!(payroll.start(caller, day).await, refused);
        assert_eq!(payroll.runs(caller, None).await.map(drop), refused.map(drop));
    }

    // Before the time at which it would start by itself, two days later.
    set_clock(&company, day.next().next(), (0, 1)).await;
    let run = payroll.start(admin, day.next()).await.expect("the day is over");
    assert_eq!((run.day, run.status, run.started_by), (day.next(), PayrollStatus::Waiting, Some(company.employees[3].user_id)));
    assert_eq!(payroll.start(Actor::Operator, day.next()).await, Ok(run), "there is one already");
    assert_eq!(payroll.start(admin, BusinessDay(day.0 - Days::new(1))).await, Err(ServiceError::NothingToPay));
    let earned = balances(&company).await;
    pay(&company).await;
    assert_eq!(payouts(&company, day).await, credit(&earned));
    let days: Vec<BusinessDay> = payroll.runs(admin, None).await.expect("the runs").into_iter().map(|run| run.day).collect();
    assert_eq!(days, [day.next(), day]);
    company.assert_books_are_right().await;
}

/// Accounts with money in them, as many as asked for: the first one has one cent, the second owes one, the third has three …; and a day.
async fn seed_accounts(owner: &PgPool, count: i32, day: BusinessDay) {
    let accounts = "INSERT INTO accounting.account (user_id, balance, entry_count)
        SELECT gen_random_uuid(), CASE n % 2 WHEN 1 THEN n ELSE -1 END, 1 FROM generate_series(1, $1) AS n";
    sqlx::query(accounts).bind(count).execute(owner).await.expect("accounts");
    let entries = "INSERT INTO accounting.account_log
            (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
        SELECT account_id, 1, CASE WHEN balance > 0 THEN 'DEPOSIT' ELSE 'WITHDRAW' END, abs(balance), balance,
            jsonb_build_object('event_id', gen_random_uuid(), 'task_id', account_id), now(), $1
        FROM accounting.account";
    sqlx::query(entries).bind(day.0).execute(owner).await.expect("entries");
    let income = "INSERT INTO accounting.manager_income_by_day (date, revision) VALUES ($1, 1)";
    sqlx::query(income).bind(day.0).execute(owner).await.expect("a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_at_the_same_tick_pay_everybody_once() {
    let company = found(29).await;
    let day = today(&company).await;
    seed_accounts(&company.owner, MANY_ACCOUNTS, day).await;
    company.end_day().await;
    let processes: Vec<Services> =
        (0..3).map(|seed| company.addresses.services(&Randomness::seeded(seed)).expect("the services")).collect();
    let carry_on = |services: &Services| {
        let payroll = services.payroll_work.clone();
        tokio::spawn(async move { payroll.carry_on().await })
    };
    let carried_on: Vec<_> = processes.iter().chain(&processes).map(carry_on).collect();
    for carried_on in carried_on {
        carried_on.await.expect("no panic").expect("nobody fails");
    }
    let paid = i64::from(MANY_ACCOUNTS / 2);
    let run = run_of(&company, day).await.expect("a run");
    assert_eq!((run.status, run.accounts, run.payouts, run.debtors), (PayrollStatus::Done, 2 * paid, paid, paid));
    assert_eq!((run.paid.cents(), run.debt.cents()), (paid * paid, -paid));
    let expected: Vec<i64> = (1..=i64::from(MANY_ACCOUNTS)).map(|n| if n % 2 == 1 { n } else { 0 }).collect();
    assert_eq!(payouts(&company, day).await, expected);
    company.assert_count("entries", "SELECT count(*) FROM accounting.account_log", 3 * paid).await;
    company.assert_count("events", "SELECT count(DISTINCT payload ->> 'log_id') FROM bus.event", paid).await;
    company.assert_count("letters", "SELECT count(*) FROM accounting.letter", 2 * paid).await;
    company.assert_count("what is left", "SELECT sum(balance)::bigint FROM accounting.account", -paid).await;
}

/// What a batch of payroll writes to.
const WRITTEN: [&str; 5] = ["accounting.payroll_run", "accounting.account", "accounting.account_log", "accounting.letter", "bus.event"];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_pays_nobody_twice_and_forgets_nobody() {
    let company = found(30).await;
    let mut killer = SessionKiller::of(&company, database::Role::Accounting, &WRITTEN, "accounting.payroll_run").await;
    let (mut crashes, mut step) = (0, 0);
    loop {
        step += 1;
        let day = live(&company).await;
        let earned = balances(&company).await;
        company.end_day().await;
        killer.kill_at(step).await;
        let harmed = company.services.payroll_work.carry_on().await;
        killer.stop().await;
        pay(&company).await;
        assert_eq!(payouts(&company, day).await, credit(&earned), "after a crash at step {step}");
        assert_eq!(balances(&company).await, debt(&earned), "after a crash at step {step}");
        match harmed {
            Err(ServiceError::Unavailable) => crashes += 1,
            Err(error) => panic!("step {step}: {error}"),
            Ok(()) => break,
        }
    }
    assert_eq!(crashes, step - 1);
    assert!(crashes >= 18, "only {crashes} steps: is something not harmed any more?");
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_processes_leave_a_payroll_that_others_finish() {
    let company = found(31).await;
    let day = today(&company).await;
    work(&company).await;
    company.end_day().await;
    for _ in 0..3 {
        let process = start_workers(&company);
        company.wait_until("somebody has begun", "SELECT count(*) > 0 FROM bus.delivery WHERE attempt_no > 0").await;
        drop(process);
        company.let_leases_run_out().await;
    }
    let processes = [start_workers(&company), start_workers(&company)];
    company.settle().await;
    company.wait_until("the day is paid", "SELECT count(*) > 0 FROM accounting.payroll_run WHERE status = 'done'").await;
    drop(processes);
    assert_eq!(payouts(&company, day).await, credit(&booked(&company, day).await));
    company.assert_books_are_right().await;
}

/// Waits until so many letters have arrived, and answers to whom and with which Message-ID.
async fn letters_received(company: &Company, count: usize) -> Vec<(String, String)> {
    let received = || -> Vec<(String, String)> {
        let id = |text: &str| text.lines().find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_owned)).unwrap_or_default();
        company.mail_server.received().iter().map(|letter| (letter.to.clone(), id(&letter.text))).collect()
    };
    company.until("letters have arrived", async || received().len() >= count).await;
    let mut received = received();
    received.sort_unstable();
    received
}

/// Lets back-off be over.
async fn hurry(company: &Company) {
    company.owner.execute("UPDATE bus.delivery SET due_at = now() WHERE status = 'waiting'").await.expect("deliveries can be made due");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_holder_gets_one_letter_about_a_night() {
    let company = found(32).await;
    live(&company).await;
    company.end_day().await;
    pay(&company).await;
    let accounts = balances(&company).await.len();
    company.assert_count("letters before anybody works", "SELECT count(*) FROM accounting.letter WHERE sent_at IS NOT NULL", 0).await;
    company.work_until_settled().await;
    let received = letters_received(&company, accounts).await;
    let day = today(&company).await.previous();
    let mut expected: Vec<(String, String)> = sqlx::query_as(
        r#"SELECT email, '<payroll.' || $1 || '.' || account_id || '@localhost>' FROM accounting.account JOIN auth."user" USING (user_id)"#,
    )
    .bind(day.to_string())
    .fetch_all(&company.owner)
    .await
    .expect("the account holders");
    expected.sort_unstable();
    assert_eq!(received, expected);
    assert_eq!(run_of(&company, day).await.map(|run| (run.letters, run.unsent_letters)), Some((i64::try_from(accounts).expect("few"), 0)));
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_misbehaves_delays_letters_and_nothing_else() {
    let company = found(33).await;
    company.mail_server.behave(Manner::Hangs);
    let day = live(&company).await;
    let earned = balances(&company).await;
    let accounts = earned.len();
    company.end_day().await;
    company.work_here();
    pay(&company).await;
    assert_eq!(payouts(&company, day).await, credit(&earned));
    company
        .wait_until(
            "a letter is under way",
            "SELECT count(*) > 0 FROM bus.delivery WHERE subscription = 'accounting.payroll_letter' AND attempt_open",
        )
        .await;
    // Money goes on moving meanwhile.
    work(&company).await;
    company
        .wait_until(
            "fees are booked",
            "SELECT count(*) = 0 FROM bus.delivery WHERE subscription <> 'accounting.payroll_letter' AND status <> 'done'",
        )
        .await;
    assert_eq!(company.mail_server.received(), []);

    for manner in [Manner::Later, Manner::TurnsAway] {
        company.mail_server.behave(manner);
        let failures = "SELECT coalesce(min(failures), 0) FROM bus.delivery WHERE subscription = 'accounting.payroll_letter'";
        let count = async || sqlx::query_scalar::<_, i32>(failures).fetch_one(&company.owner).await.expect("failures");
        let before = count().await;
        company
            .until("every letter was tried once more", async || {
                hurry(&company).await;
                count().await > before
            })
            .await;
    }
    // The server takes them, and says so to nobody.
    company.mail_server.behave(Manner::TakesAndHangsUp);
    hurry(&company).await;
    letters_received(&company, accounts).await;
    company.mail_server.behave(Manner::Takes);
    company
        .until("every letter is sent", async || {
            hurry(&company).await;
            run_of(&company, day).await.is_some_and(|run| run.unsent_letters == 0)
        })
        .await;
    // At least once, each with one identity.
    let mut received = letters_received(&company, accounts + 1).await;
    received.dedup();
    assert_eq!(received.len(), accounts);
    assert_eq!(payouts(&company, day).await, credit(&earned));
    company.settle().await;
    company.assert_books_are_right().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_refused_waits_for_a_person_with_the_servers_answer() {
    let company = found(34).await;
    let day = live(&company).await;
    company.mail_server.behave(Manner::Refuses);
    company.end_day().await;
    company.work_here();
    pay(&company).await;
    let dead = "SELECT count(*) > 0 AND bool_and(status = 'dead' AND failures = 1 AND last_error LIKE '%550%nobody of this name%')
        FROM bus.delivery WHERE subscription = 'accounting.payroll_letter'";
    company.wait_until("letters are refused", dead).await;
    // The address is right now, or the server's mind.
    company.mail_server.behave(Manner::Takes);
    let all = DeliveryFilter { subscription: Some(Subscription::AccountingPayrollLetter), ..DeliveryFilter::default() };
    company.services.queues.retry_all(Actor::Operator, &all).await.expect("an operator may");
    company.settle().await;
    assert_eq!(letters_received(&company, 1).await.len(), balances(&company).await.len());
    assert_eq!(run_of(&company, day).await.map(|run| run.unsent_letters), Some(0));
    company.assert_books_are_right().await;
}
