//! What employees see of their own accounts.

use contracts::{
    Caller, Money, Role, ServiceError,
    accounting::{AUDIT_LOG_ENTRIES_MAX, AuditLogPart, EntryKind, PENDING_ENTRIES_MAX},
};
use testbed::Company;

/// A company with a single worker, to whom all tasks go.
async fn company_of_one(seed: u64) -> (Company, Caller) {
    let mut company = Company::of_nobody(seed).await;
    company.hire("Kesha", Role::Worker).await;
    let worker = company.employees[0];
    (company, worker)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_booked_yet_is_pending_and_then_it_is_booked() {
    let (mut company, worker) = company_of_one(41).await;
    company.hire("Iago", Role::Manager).await;
    let (manager, accounting) = (company.employees[1], company.services.accounting.clone());
    let nothing = accounting.own_balance(worker).await.expect("the balance");
    assert_eq!((nothing.account_id, nothing.balance, nothing.payable), (None, Money::ZERO, Money::ZERO));
    assert!(nothing.pending.entries.is_empty() && !nothing.pending.more);

    // Nobody works in the background: there is not even a price.
    let task = company.create_task("Sing").await;
    let before = accounting.own_balance(worker).await.expect("the balance");
    let [pending] = before.pending.entries.as_slice() else { panic!("one fee is pending: {before:?}") };
    assert_eq!((pending.entry_kind, pending.signed_amount, pending.given_up), (EntryKind::Withdraw, None, false));
    assert_eq!(pending.task.as_ref().map(|task| task.title.as_str()), Some("Sing"));
    assert_eq!(before.balance, Money::ZERO);
    assert!(accounting.own_balance(manager).await.expect("the balance").pending.entries.is_empty(), "it is nobody else's");

    company.work_until_settled().await;
    let price = accounting.prices(&[task.task_id]).await.expect("the price")[0];
    let charged = accounting.own_balance(worker).await.expect("the balance");
    assert_eq!((charged.balance, charged.payable), (-price.assign_fee, Money::ZERO), "a debt is not paid");
    assert!(charged.account_id.is_some() && charged.pending.entries.is_empty());

    company.resolve(&task).await;
    let before = accounting.own_balance(worker).await.expect("the balance");
    let pending: Vec<_> = before.pending.entries.iter().map(|entry| (entry.entry_kind, entry.signed_amount)).collect();
    assert_eq!(pending, [(EntryKind::Deposit, Some(price.resolve_price))]);
    assert_eq!(before.balance, charged.balance, "nothing is shown before it is booked");

    company.work_until_settled().await;
    let paid = accounting.own_balance(worker).await.expect("the balance");
    assert_eq!(Some(paid.balance), price.resolve_price.checked_sub(price.assign_fee));
    assert_eq!(paid.payable, paid.balance);
    assert!(paid.pending.entries.is_empty());

    // What was paid out would not be paid again.
    company.end_day().await;
    company.work_here();
    company.wait_until("everybody is paid", "SELECT coalesce(bool_and(status = 'done'), false) FROM accounting.payroll_run").await;
    let after = accounting.own_balance(worker).await.expect("the balance");
    assert_eq!((after.balance, after.payable), (Money::ZERO, Money::ZERO));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_says_so_and_much_is_told_in_part() {
    let (company, worker) = company_of_one(42).await;
    for number in 0..=PENDING_ENTRIES_MAX {
        company.create_task(&format!("Task {number}")).await;
    }
    sqlx::query(
        "UPDATE bus.delivery SET status = 'dead', finished_at = now(), last_error = 'no price'
         WHERE delivery_id = (SELECT min(delivery_id) FROM bus.delivery WHERE subscription = 'accounting.task_assign')",
    )
    .execute(&company.owner)
    .await
    .expect("a delivery can be given up");

    let pending = company.services.accounting.own_balance(worker).await.expect("the balance").pending;
    assert!(pending.more, "there is one more than is told");
    let given_up: Vec<bool> = pending.entries.iter().map(|entry| entry.given_up).collect();
    assert_eq!(given_up, (0..PENDING_ENTRIES_MAX).map(|number| number == 0).collect::<Vec<_>>(), "in the order in which it happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_many_entries_comes_in_parts_that_add_up() {
    let (company, worker) = company_of_one(43).await;
    for number in 0..=AUDIT_LOG_ENTRIES_MAX {
        company.create_task(&format!("Task {number}")).await;
    }
    company.work_until_settled().await;
    let accounting = &company.services.accounting;
    let balance = accounting.own_balance(worker).await.expect("the balance").balance;

    let first = accounting.own_audit_log(worker, AuditLogPart::default()).await.expect("the first part");
    assert_eq!(first.entries.len(), AUDIT_LOG_ENTRIES_MAX);
    assert_eq!((first.opening_balance, first.balance_before, first.closing_balance), (Money::ZERO, Money::ZERO, balance));
    assert_eq!(first.day, first.today);
    let rest = AuditLogPart { day: Some(first.day), after: first.next_after };
    let rest = accounting.own_audit_log(worker, rest).await.expect("the rest");
    assert_eq!((rest.entries.len(), rest.next_after, rest.entry_count), (1, None, first.entry_count));
    assert_eq!(Some(rest.balance_before), first.entries.last().map(|entry| entry.balance_after), "it goes on where the first part ends");
    assert_eq!(rest.entries.last().map(|entry| entry.balance_after), Some(balance));
    let numbers: Vec<i64> = first.entries.iter().chain(&rest.entries).map(|entry| entry.entry_no).collect();
    assert_eq!(numbers, (1..=first.entry_count).collect::<Vec<_>>());

    let day_before = AuditLogPart { day: Some(first.day.previous()), after: None };
    let day_before = accounting.own_audit_log(worker, day_before).await.expect("another day");
    assert_eq!((day_before.entries.len(), day_before.closing_balance), (0, Money::ZERO));
    let day_after = AuditLogPart { day: Some(first.day.next()), after: None };
    let day_after = accounting.own_audit_log(worker, day_after).await.expect("a day to come");
    assert_eq!((day_after.opening_balance, day_after.closing_balance), (balance, balance));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pay_slip_says_what_was_paid_and_is_for_its_owner_only() {
    let (mut company, worker) = company_of_one(44).await;
    company.hire("Iago", Role::Manager).await;
    let (manager, accounting) = (company.employees[1], company.services.accounting.clone());
    let task = company.create_task("Sing").await;
    company.resolve(&task).await;
    company.work_until_settled().await;
    let earned = accounting.own_balance(worker).await.expect("the balance").balance;
    let day = accounting.own_audit_log(worker, AuditLogPart::default()).await.expect("the audit log").today;
    assert_eq!(accounting.own_pay_slip(worker, day).await, Err(ServiceError::NotFound), "the day goes on");

    company.end_day().await;
    company.work_here();
    company.wait_until("everybody is paid", "SELECT coalesce(bool_and(status = 'done'), false) FROM accounting.payroll_run").await;
    let slip = accounting.own_pay_slip(worker, day).await.expect("a pay slip");
    assert_eq!((slip.paid, slip.balance, slip.entries.len()), (earned, Money::ZERO, 2));
    assert_eq!(slip.rewards.checked_sub(slip.fees), Some(earned));
    let log = accounting.own_audit_log(worker, AuditLogPart { day: Some(day), after: None }).await.expect("the audit log");
    assert!(log.has_pay_slip);
    assert_eq!(log.entries.last().map(|entry| (entry.entry_kind, entry.signed_amount)), Some((EntryKind::Clear, -earned)));
    assert_eq!(log.closing_balance, Money::ZERO);
    assert_eq!(accounting.own_pay_slip(manager, day).await, Err(ServiceError::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_one_looks_what_happened_is_either_booked_or_pending() {
    let (company, worker) = company_of_one(45).await;
    // Far from midnight: only today's entries are counted.
    company.set_clock("2026-11-23T12:00:00Z".parse().expect("a time")).await;
    let happened = PENDING_ENTRIES_MAX;
    for number in 0..happened {
        company.create_task(&format!("Task {number}")).await;
    }
    let booked = async || {
        let statement = company.services.accounting.own_account(worker, AuditLogPart::default()).await.expect("the account");
        let (booked, pending) = (statement.log.entries.len(), statement.balance.pending.entries.len());
        assert_eq!(booked + pending, happened, "{booked} are booked and {pending} are pending");
        assert_eq!(statement.balance.balance, statement.log.closing_balance);
        booked
    };
    assert_eq!(booked().await, 0);
    company.work_here();
    company.until("all is booked", async || booked().await == happened).await;
}
