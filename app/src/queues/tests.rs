//! What is written about deliveries, as browsers get it.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use contracts::{
    AccountId, AccountLogChange, AwaitedKey, Caller, DeliveryId, EventId, Fact, LetterId, Locale, LogId, ManagerIncomeByDayChange, Money,
    PayrollLetter, Role, ServiceError, Subscription, TaskAssign, TaskId, TaskResolve, UserId,
    accounting::EntryKind,
    auth::{Directory, Profile, User},
    queues::{AttemptOutcome, AttemptRecord, DeliveryRecord, DeliveryStatus, DeliverySummary, Intervention, InterventionKind},
    tracker::{CreationKey, NewTask, Task, TaskCounts, TaskHistory, TaskQuery, TaskStatus, Tracker},
};
use leptos::prelude::*;

use super::{DeliveryWords, delivery::Delivery};
use crate::{
    i18n::CompanyTimeZone,
    preferences::{Preferences, Theme},
};

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// What a task, a person, an error, a payload and a reason may be called, if somebody means mischief.
const MISCHIEF: &str = "</pre><script>alert(\"1\")</script>&amp;";

/// Knows every task and everybody, by the same name, or does not answer; counts how often it is asked.
struct Company {
    answers: bool,
    calls: AtomicUsize,
}

impl Company {
    fn asked<Answer>(&self, answer: Answer) -> Result<Answer, ServiceError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.answers { Ok(answer) } else { Err(ServiceError::Unavailable) }
    }
}

#[async_trait]
impl Tracker for Company {
    async fn create(&self, _: Caller, _: NewTask, _: Option<CreationKey>) -> Result<Task, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn resolve(&self, _: Caller, _: TaskId) -> Result<Task, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn own_tasks(&self, _: Caller, _: TaskQuery) -> Result<Vec<Task>, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn own_counts(&self, _: Caller) -> Result<TaskCounts, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn history(&self, _: TaskId) -> Result<TaskHistory, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn tasks(&self, task_ids: &[TaskId]) -> Result<Vec<Task>, ServiceError> {
        let task = |task_id: &TaskId| Task {
            task_id: *task_id,
            title: MISCHIEF.to_owned(),
            description: String::new(),
            status: TaskStatus::InProgress,
            assignee_user_id: kesha(),
            creation_time: AT,
            assigned_at: AT,
            resolution_time: None,
        };
        self.asked(task_ids.iter().map(task).collect())
    }
}

#[async_trait]
impl Directory for Company {
    async fn user(&self, _: UserId) -> Result<User, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn profile(&self, _: UserId) -> Result<Profile, ServiceError> {
        Err(ServiceError::Unavailable)
    }

    async fn users(&self, user_ids: &[UserId]) -> Result<Vec<User>, ServiceError> {
        let user = |user_id: &UserId| User { user_id: *user_id, display_name: MISCHIEF.to_owned(), role: Role::Worker, creation_time: AT };
        self.asked(user_ids.iter().map(user).collect())
    }

    async fn random_users(&self, _: &[Role], _: usize) -> Result<Vec<UserId>, ServiceError> {
        Err(ServiceError::Unavailable)
    }
}

fn kesha() -> UserId {
    "01981c4e-7c1a-7b3f-9d6e-2f5a8b1c4d7e".parse().expect("an id")
}

fn delivery(status: DeliveryStatus) -> DeliverySummary {
    DeliverySummary {
        delivery_id: DeliveryId(17),
        event_id: "01981c4e-7c1a-7b3f-9d6e-2f5a8b1c4d7f".parse::<EventId>().expect("an id"),
        subscription: Subscription::AccountingTaskAssign,
        status,
        failures: 12,
        awaits: Some(AwaitedKey::price(TaskId(12))),
        last_error: Some(MISCHIEF.to_owned()),
        created_at: AT,
        due_at: None,
        finished_at: Some(AT),
        fact: Some(Fact::TaskAssign(TaskAssign { task_id: TaskId(12), assignee_user_id: kesha(), run_id: None })),
    }
}

async fn words(company: &Company, deliveries: &[DeliverySummary]) -> DeliveryWords {
    DeliveryWords::look_up(Locale::En, deliveries, &[kesha()], company, company).await
}

#[tokio::test]
async fn a_whole_list_is_two_calls_and_without_answers_numbers_tell_the_same() {
    let deliveries = [delivery(DeliveryStatus::Dead), delivery(DeliveryStatus::Dead)];
    let company = Company { answers: false, calls: AtomicUsize::default() };
    let words = words(&company, &deliveries).await;
    assert_eq!(company.calls.into_inner(), 2);
    assert_eq!(words.what_happened(&deliveries[0]), format!("Task #12 was assigned to {}", kesha()));
    assert_eq!(words.awaited(&deliveries[0]).as_deref(), Some("waited for the price of task #12"));
}

#[tokio::test]
async fn only_what_may_still_have_its_effect_lacks_it() {
    let words = words(&Company { answers: true, calls: AtomicUsize::default() }, &[]).await;
    let is_told = |status| words.consequence(&delivery(status)).is_some();
    let told: Vec<_> = DeliveryStatus::ALL.into_iter().filter(|status| is_told(*status)).collect();
    assert_eq!(told, [DeliveryStatus::Waiting, DeliveryStatus::InFlight, DeliveryStatus::Parked, DeliveryStatus::Dead]);
}

/// What each kind of delivery tells and what is missing without it: every name, day and amount in its place.
#[tokio::test]
async fn every_kind_of_delivery_is_put_into_words() {
    let words = words(&Company { answers: false, calls: AtomicUsize::default() }, &[]).await;
    let (name, day) = (kesha(), "2026-11-23".parse().expect("a day"));
    let cents = Money::from_cents;
    let letter = PayrollLetter { letter_id: LetterId(1), user_id: name, day, paid: cents(1_205) };
    let entry = AccountLogChange {
        log_id: LogId(1),
        account_id: AccountId(1),
        user_id: name,
        entry_no: 1,
        entry_kind: EntryKind::Withdraw,
        signed_amount: cents(-1_205),
        balance_before: cents(0),
        balance_after: cents(-1_205),
        business_day: day,
        event_time: AT,
    };
    let income = ManagerIncomeByDayChange { date: day, total_assign_fee: cents(100), total_resolve_price: cents(250), revision: 1 };
    let resolved = TaskResolve { task_id: TaskId(12), title: String::new(), resolver_user_id: name };
    for (subscription, fact, told, missing) in [
        (
            Subscription::AccountingPayrollLetter,
            Fact::PayrollLetter(letter),
            format!("A letter to {name} tells of the payroll of 23 Nov 2026: 12.05 paid"),
            format!("{name} has no letter about the payroll of 23 Nov 2026."),
        ),
        (
            Subscription::AnalyticsAccountLogChange,
            Fact::AccountLogChange(entry),
            format!("−12.05 was booked on the account of {name}"),
            format!("below zero since 23 Nov 2026 without this entry of {name}."),
        ),
        (
            Subscription::AnalyticsManagerIncomeByDayChange,
            Fact::ManagerIncomeByDayChange(income),
            "The company’s day 23 Nov 2026 changed: 1.00 in fees, 2.50 in pay".to_owned(),
            "an older income of 23 Nov 2026.".to_owned(),
        ),
        (
            Subscription::AnalyticsTaskResolve,
            Fact::TaskResolve(resolved),
            format!("{name} finished task #12"),
            "the dashboard does not know that task #12 is finished.".to_owned(),
        ),
    ] {
        let delivery = DeliverySummary { subscription, fact: Some(fact), ..delivery(DeliveryStatus::Dead) };
        assert_eq!(words.what_happened(&delivery), told);
        let consequence = words.consequence(&delivery).expect("it lacks its effect");
        assert!(consequence.contains(&missing), "{consequence}");
    }
}

#[tokio::test]
async fn no_name_error_payload_or_reason_gets_out_of_its_place() {
    let summary = delivery(DeliveryStatus::Discarded);
    let words = words(&Company { answers: true, calls: AtomicUsize::default() }, std::slice::from_ref(&summary)).await;
    let record = DeliveryRecord {
        summary,
        awaited_delivery_id: Some(DeliveryId(3)),
        occurred_at: AT,
        business_day: "1970-01-01".parse().expect("a day"),
        payload: serde_json::json!({ "title": MISCHIEF }),
        request_id: Some(MISCHIEF.to_owned()),
        attempts: vec![AttemptRecord {
            attempt_no: 1,
            began_at: AT,
            ended_at: AT,
            outcome: AttemptOutcome::Failed,
            error: MISCHIEF.to_owned(),
        }],
        interventions: vec![Intervention {
            at: AT,
            user_id: Some(kesha()),
            action: InterventionKind::Discard,
            reason: Some(MISCHIEF.to_owned()),
        }],
    };
    let markup = Owner::new().with(|| {
        provide_context(Preferences { locale: Locale::En, theme: Theme::System });
        provide_context(CompanyTimeZone(Tz::UTC));
        view! { <Delivery record words is_changed=true refused=None /> }.to_html()
    });
    // Title, name, request, payload, attempt, last error, who and why: all are there, and none is markup.
    assert!(markup.matches("&lt;script").count() >= 8, "{markup}");
    assert!(!markup.contains("<script"), "{markup}");
    assert_eq!(markup.matches("</pre>").count(), 1, "{markup}");
    assert_eq!(markup.matches("&amp;amp;").count(), markup.matches("&lt;script").count(), "{markup}");
}
