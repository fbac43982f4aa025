#[cfg(feature = "ssr")]
use contracts::{
    Locale,
    accounting::{Accounting, AuditLog, AuditLogEntry, EntryKind},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::{error::AppError, json::Json};
#[cfg(feature = "ssr")]
use crate::{
    i18n::{Amount, CompanyTimeZone, Text, written_day, written_time_of_day},
    preferences::Preferences,
    service::service,
    session::CurrentSession,
};

/// The caller's balance and what was booked today, written for its reader: no sum is worked out in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AccountSheet {
    /// The balance now, after the day's last entry.
    pub(super) balance: String,
    /// Whether something is owed.
    pub(super) is_debt: bool,
    /// The business day that goes on now.
    pub(super) day: String,
    /// The balance before the day's first entry.
    pub(super) opening_balance: String,
    /// What was booked, in order.
    pub(super) entries: Vec<Entry>,
}

/// An entry of the ledger, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// When, and what it books.
    pub(super) occasion: String,
    /// The task it speaks of.
    pub(super) task: String,
    /// What it added to the balance, with its sign.
    pub(super) amount: String,
    /// Whether it added something.
    pub(super) is_income: bool,
    /// The balance after it.
    pub(super) balance_after: String,
}

/// The caller's balance and today's entries.
#[server(endpoint = "own_account", input = GetUrl, output = Json)]
pub(super) async fn own_account() -> Result<AccountSheet, AppError> {
    let caller = CurrentSession::required()?.caller();
    let AuditLog { day, opening_balance, entries } = service::<dyn Accounting>().own_audit_log(caller, None).await?;
    let locale = Preferences::current().locale;
    let balance = entries.last().map_or(opening_balance, |last| last.balance_after);
    Ok(AccountSheet {
        balance: Amount(balance).written(locale),
        is_debt: balance.is_negative(),
        day: written_day(day.0, locale),
        opening_balance: Amount(opening_balance).written(locale),
        entries: entries.into_iter().map(|entry| written(entry, locale)).collect(),
    })
}

#[cfg(feature = "ssr")]
fn written(entry: AuditLogEntry, locale: Locale) -> Entry {
    let text = Text::from(locale).accounting();
    let occasion = match entry.entry_kind {
        EntryKind::Deposit => text.deposit(),
        EntryKind::Withdraw => text.withdraw(),
        EntryKind::Clear => text.clear(),
    };
    let time = written_time_of_day(CompanyTimeZone::current().local(entry.event_time));
    Entry {
        occasion: [&time, occasion].join(" · "),
        task: entry.task.map(|task| task.title).unwrap_or_default(),
        amount: Amount(entry.signed_amount).as_change(locale),
        is_income: entry.entry_kind == EntryKind::Deposit,
        balance_after: Amount(entry.balance_after).written(locale),
    }
}
