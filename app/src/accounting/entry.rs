use chrono::{DateTime, Utc};
use contracts::{BusinessDay, Locale, Money, TaskId, accounting::EntryKind, tracker::Task};
use leptos::prelude::*;

use crate::{
    i18n::{Amount, CompanyTimeZone, Text, written_time, written_time_of_day},
    tasks::task_path,
};

/// What an entry books, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occasion {
    /// When, and what it books.
    what: String,
    /// The task it speaks of.
    task: Option<(TaskId, String)>,
}

/// What an entry adds, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// With its sign.
    amount: String,
    /// Whether it is more than nothing.
    is_income: bool,
}

/// What an entry books, in a word.
pub(super) fn kind_name(entry_kind: EntryKind, locale: Locale) -> &'static str {
    let text = Text::from(locale).accounting();
    match entry_kind {
        EntryKind::Deposit => text.deposit(),
        EntryKind::Withdraw => text.withdraw(),
        EntryKind::Clear => text.clear(),
    }
}

impl Occasion {
    /// The time comes with its date where that is not the day it is shown under: money is paid out when a day is over.
    pub(super) fn of(entry_kind: EntryKind, at: DateTime<Utc>, under: Option<BusinessDay>, task: Option<Task>, locale: Locale) -> Self {
        let what = kind_name(entry_kind, locale);
        let local = CompanyTimeZone::current().local(at);
        let time = if under.is_some_and(|day| day.0 == local.date()) { written_time_of_day(local) } else { written_time(local, locale) };
        Self { what: [&time, what].join(" · "), task: task.map(|task| (task.task_id, task.title)) }
    }
}

impl Change {
    pub(super) fn of(entry_kind: EntryKind, signed_amount: Money, locale: Locale) -> Self {
        Self { amount: Amount(signed_amount).as_change(locale), is_income: entry_kind == EntryKind::Deposit }
    }
}

/// An entry's occasion, with the way to its task.
#[component]
pub(super) fn OccasionCell(occasion: Occasion) -> impl IntoView {
    let Occasion { what, task } = occasion;
    let task = task.map(|(task_id, title)| {
        view! {
            <a class="entry-text" href=task_path(task_id) rel="external">
                {title}
            </a>
        }
    });
    view! {
        <th scope="row">
            <span class="entry-kind">{what}</span>
            {task}
        </th>
    }
}

/// An entry's amount; where none is known yet, a dash.
#[component]
pub(super) fn ChangeCell(change: Option<Change>) -> impl IntoView {
    let (amount, is_income) = change.map_or_else(|| ("–".to_owned(), false), |change| (change.amount, change.is_income));
    view! { <td class=if is_income { "amount amount-in" } else { "amount" }>{amount}</td> }
}
