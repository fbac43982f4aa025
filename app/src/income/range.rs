use chrono::{Datelike as _, Days, Months};
use contracts::{
    BusinessDay, Field, FieldProblem, InvalidField, ServiceError,
    accounting::{DayRange, Income},
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::INCOME_PATH;
use crate::i18n::text;

/// The parameters with the first and the last day.
const FROM: &str = "from";
const TO: &str = "to";

/// Which days an address asks for, as it stands there: perhaps nobody can read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AskedRange {
    from: String,
    to: String,
}

impl AskedRange {
    pub(super) fn of(query: &ParamsMap) -> Self {
        let typed = |name| query.get_str(name).unwrap_or_default().trim().to_owned();
        Self { from: typed(FROM), to: typed(TO) }
    }

    /// The days that were told, so that forms and links speak of them.
    pub(super) fn told(income: &Income) -> Self {
        let written = |day: Option<BusinessDay>| day.map(|day| day.to_string()).unwrap_or_default();
        Self { from: written(income.days.first().map(|day| day.day)), to: written(income.days.last().map(|day| day.day)) }
    }

    /// The same for the service.
    pub(super) fn read(&self) -> Result<DayRange, ServiceError> {
        let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed });
        let read = |day: &str| if day.is_empty() { Ok(None) } else { day.parse().map(Some).map_err(malformed) };
        Ok(DayRange { from: read(&self.from)?, to: read(&self.to)? })
    }

    /// What follows an address that asks for these days.
    pub(super) fn query(&self) -> String {
        // Only days that were told get here: nothing to escape.
        format!("?{FROM}={}&{TO}={}", self.from, self.to)
    }
}

/// The form that asks for other days, with the ways to the months around them.
#[component]
pub(super) fn RangeForm(asked: AskedRange) -> impl IntoView {
    let text = text().income();
    let around = asked.read().ok().and_then(|range| range.from).map(|first| {
        let month = |first: BusinessDay| {
            let end = first.0.checked_add_months(Months::new(1)).and_then(|next| next.checked_sub_days(Days::new(1)))?;
            Some(AskedRange { from: first.to_string(), to: BusinessDay(end).to_string() })
        };
        let this = first.0.with_day(1).map(BusinessDay);
        let before = this.and_then(|first| first.0.checked_sub_months(Months::new(1))).and_then(|first| month(BusinessDay(first)));
        let after = this.and_then(|first| first.0.checked_add_months(Months::new(1))).and_then(|first| month(BusinessDay(first)));
        [(text.month_before(), before, "external prev"), (text.month_after(), after, "external next")]
            .into_iter()
            .filter_map(|(name, month, rel)| {
                let path = [INCOME_PATH, &month?.query()].concat();
                Some(view! {
                    <a class="button button-quiet button-small" href=path rel=rel>
                        {name}
                    </a>
                })
            })
            .collect_view()
    });
    view! {
        <search class="income-range">
            <form class="income-form" method="get" action=INCOME_PATH>
                <div class="field">
                    <label for=FROM>{text.from()}</label>
                    <input id=FROM name=FROM type="date" value=readable(asked.from) />
                </div>
                <div class="field">
                    <label for=TO>{text.to()}</label>
                    <input id=TO name=TO type="date" value=readable(asked.to) />
                </div>
                <button class="button" type="submit">
                    {text.show()}
                </button>
            </form>
            <nav class="actions" aria-label=text.months()>
                {around}
                <a class="button button-quiet button-small" href=INCOME_PATH rel="external">
                    {text.this_month()}
                </a>
            </nav>
        </search>
    }
}

/// What such a field can show. What it cannot, the page has said.
fn readable(day: String) -> Option<String> {
    Some(day).filter(|day| day.parse::<BusinessDay>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_read_is_said_and_nothing_is_this_month() {
        assert_eq!(AskedRange::default().read(), Ok(DayRange::default()));
        let asked = |from: &str, to: &str| AskedRange { from: from.to_owned(), to: to.to_owned() }.read();
        assert!(asked("2026-11-01", "soon").is_err());
        let range = asked("2026-11-01", "").expect("a range");
        assert_eq!((range.from.map(|day| day.to_string()), range.to), (Some("2026-11-01".to_owned()), None));
    }
}
