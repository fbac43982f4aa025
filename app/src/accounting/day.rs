#[cfg(feature = "ssr")]
use contracts::{
    BusinessDay, Field, FieldProblem, InvalidField, Locale, ServiceError,
    accounting::{AuditLog, AuditLogEntry, AuditLogPart},
};
#[cfg(feature = "ssr")]
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

#[cfg(feature = "ssr")]
use super::{
    OWN_ACCOUNT_PATH,
    entry::{Change, Occasion},
};
#[cfg(feature = "ssr")]
use crate::i18n::{Amount, text, written_day};

/// The parameters with the day, and with the entry after which a part of it begins.
const DAY: &str = "day";
const AFTER: &str = "after";

/// Which part of the ledger an address asks for, as it stands there: perhaps nobody can read the day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AskedDay {
    pub(super) day: Option<String>,
    pub(super) after: Option<i64>,
}

/// A day of one's own account, or a part of it, written for its reader.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DaySheet {
    /// The day, as addresses have it.
    pub(super) day: String,
    /// The day in words.
    pub(super) name: String,
    /// Whether it goes on still.
    pub(super) is_today: bool,
    /// The days around it, as addresses have them; none after today.
    previous: String,
    next: Option<String>,
    /// Whether payroll has told of it.
    pub(super) has_pay_slip: bool,
    pub(super) opening_balance: String,
    pub(super) closing_balance: String,
    /// The balance before the part, where it is not the first one.
    pub(super) carried_over: Option<String>,
    /// What was booked, in order.
    pub(super) entries: Vec<Entry>,
    /// After which entry the next part begins.
    pub(super) next_after: Option<i64>,
}

/// An entry of the ledger, in words.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) occasion: Occasion,
    pub(super) change: Change,
    pub(super) balance_after: String,
}

impl AskedDay {
    pub(super) fn of(query: &ParamsMap) -> Self {
        let day = query.get_str(DAY).map(str::trim).filter(|day| !day.is_empty()).map(str::to_owned);
        Self { day, after: query.get_str(AFTER).and_then(|number| number.parse().ok()) }
    }

    #[cfg(feature = "ssr")]
    pub(super) fn read(&self) -> Result<AuditLogPart, ServiceError> {
        let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed });
        let day = self.day.as_deref().map(str::parse::<BusinessDay>).transpose().map_err(malformed)?;
        Ok(AuditLogPart { day, after: self.after })
    }
}

#[cfg(feature = "ssr")]
impl DaySheet {
    /// The part of a day that was told; `is_first`: it begins with the day.
    pub(super) fn of(log: AuditLog, is_first: bool, locale: Locale) -> Self {
        let amount = |money| Amount(money).written(locale);
        Self {
            day: log.day.to_string(),
            name: written_day(log.day.0, locale),
            is_today: log.day == log.today,
            previous: log.day.previous().to_string(),
            next: (log.day < log.today).then(|| log.day.next().to_string()),
            has_pay_slip: log.has_pay_slip,
            opening_balance: amount(log.opening_balance),
            closing_balance: amount(log.closing_balance),
            carried_over: (!is_first).then(|| amount(log.balance_before)),
            next_after: log.next_after,
            entries: log.entries.into_iter().map(|entry| Entry::of(entry, log.day, locale)).collect(),
        }
    }
}

#[cfg(feature = "ssr")]
impl Entry {
    fn of(entry: AuditLogEntry, day: BusinessDay, locale: Locale) -> Self {
        Self {
            change: Change::of(entry.entry_kind, entry.signed_amount, locale),
            balance_after: Amount(entry.balance_after).written(locale),
            occasion: Occasion::of(entry.entry_kind, entry.event_time, Some(day), entry.task, locale),
        }
    }
}

/// The address of a day.
#[cfg(feature = "ssr")]
fn day_path(day: &str) -> String {
    [OWN_ACCOUNT_PATH, "?", DAY, "=", day].concat()
}

/// The address of the part of a day after an entry.
#[cfg(feature = "ssr")]
pub(super) fn part_path(day: &str, after: i64) -> String {
    [&day_path(day), "&", AFTER, "=", &after.to_string()].concat()
}

/// The ways to other days.
#[cfg(feature = "ssr")]
#[component]
pub(super) fn DayChoice(sheet: DaySheet) -> impl IntoView {
    let text = text().accounting();
    let DaySheet { day, is_today, previous, next, .. } = sheet;
    let next = next.map(|next| {
        view! {
            <a class="button button-quiet button-small" href=day_path(&next) rel="next">
                {text.next_day()}
            </a>
        }
    });
    let today = (!is_today).then(|| {
        view! {
            <a class="button button-quiet button-small" href=OWN_ACCOUNT_PATH>
                {text.to_today()}
            </a>
        }
    });
    view! {
        <search class="day-choice">
            <form class="day-form" method="get" action=OWN_ACCOUNT_PATH>
                <div class="field">
                    <label for=DAY>{text.day()}</label>
                    <input id=DAY name=DAY type="date" value=day />
                </div>
                <button class="button" type="submit">
                    {text.show()}
                </button>
            </form>
            <nav class="actions" aria-label=text.days()>
                <a class="button button-quiet button-small" href=day_path(&previous) rel="prev">
                    {text.previous_day()}
                </a>
                {next}
                {today}
            </nav>
        </search>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_a_day_and_a_part_of_it() {
        let asked = |pairs: &[(&'static str, &str)]| {
            let mut query = ParamsMap::new();
            for (name, value) in pairs {
                query.insert(*name, (*value).to_owned());
            }
            AskedDay::of(&query)
        };
        assert_eq!(asked(&[]), AskedDay::default());
        assert_eq!(asked(&[(DAY, " ")]), AskedDay::default());
        let asked = asked(&[(DAY, "2026-11-23"), (AFTER, "500")]);
        assert_eq!(asked, AskedDay { day: Some("2026-11-23".to_owned()), after: Some(500) });
    }
}
