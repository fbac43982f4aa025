use contracts::{
    Subscription,
    queues::{AttemptOutcome, DeliveryStatus},
};

use crate::i18n::Text;

/// What a subscription is for, and the kind of event that it hears.
pub(super) fn subscription_name(subscription: Subscription, text: Text) -> String {
    let text = text.queues().name();
    let name = match subscription {
        Subscription::AccountingTaskCreate => text.task_create(),
        Subscription::AccountingTaskAssign => text.task_assign(),
        Subscription::AccountingTaskResolve => text.task_resolve(),
        Subscription::AccountingPayrollLetter => text.payroll_letter(),
        Subscription::TrackerTasksReassign => text.tasks_reassign(),
        Subscription::AnalyticsManagerIncomeByDayChange => text.income(),
        Subscription::AnalyticsAccountLogChange => text.negative_accounts(),
        Subscription::AnalyticsTaskResolve => text.remarkable_task(),
    };
    format!("{name} ({})", subscription.kind())
}

/// A status for people.
pub(super) const fn status_name(status: DeliveryStatus, text: Text) -> &'static str {
    let text = text.queues().status();
    match status {
        DeliveryStatus::Waiting => text.waiting(),
        DeliveryStatus::InFlight => text.in_flight(),
        DeliveryStatus::Parked => text.parked(),
        DeliveryStatus::Done => text.done(),
        DeliveryStatus::Dead => text.dead(),
        DeliveryStatus::Discarded => text.discarded(),
    }
}

/// The looks of a status: what needs a person stands out.
pub(super) const fn status_class(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Dead => "tag tag-problem",
        _ => "tag",
    }
}

/// How an attempt without effect ended, for people.
pub(super) const fn outcome_name(outcome: AttemptOutcome, text: Text) -> &'static str {
    let text = text.queues().outcome();
    match outcome {
        AttemptOutcome::Failed => text.failed(),
        AttemptOutcome::Died => text.died(),
        AttemptOutcome::Outage => text.outage(),
        AttemptOutcome::Undone => text.undone(),
        AttemptOutcome::Parked => text.parked(),
    }
}
