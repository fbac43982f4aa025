use chrono::Days;
use contracts::{BusinessDay, DayRange, ServiceError, analytics::Period};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::ANALYTICS_PATH;
use crate::{
    day_range::{DayRangeQuery, FROM, TO},
    i18n::text,
};

/// The parameter with the period by which the most expensive tasks are shown.
const BY: &str = "by";

/// How many days are shown where the address asks for none, and other numbers of days that a link leads to.
const DAYS_BY_DEFAULT: u64 = 30;
const DAYS_OF_WEEK: u64 = 7;
const DAYS_OF_YEAR: u64 = 365;

/// What the dashboard's address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AnalyticsQuery {
    days: DayRangeQuery,
    by: Period,
}

impl AnalyticsQuery {
    pub(super) fn of(query: &ParamsMap) -> Self {
        let by = query.get_str(BY).and_then(Period::named).unwrap_or_default();
        Self { days: DayRangeQuery::of(query), by }
    }

    /// By what the most expensive tasks are shown.
    pub(super) const fn by(&self) -> Period {
        self.by
    }

    /// The days that are meant when today is `today`.
    pub(super) fn read(&self, today: BusinessDay) -> Result<DayRange, ServiceError> {
        if self.days.is_empty() { last_days(today, DAYS_BY_DEFAULT).read() } else { self.days.read() }
    }

    /// The same for the days that were told.
    pub(super) fn told(self, from: BusinessDay, to: BusinessDay) -> Self {
        Self { days: DayRangeQuery::days(from, to), ..self }
    }

    /// What follows an address that asks for the same days.
    pub(super) fn days(&self) -> String {
        self.days.query()
    }

    fn path(&self) -> String {
        format!("{ANALYTICS_PATH}{}&{BY}={}", self.days.query(), self.by.name())
    }
}

/// The last days, so many of them, with today.
fn last_days(today: BusinessDay, count: u64) -> DayRangeQuery {
    let from = today.0.checked_sub_days(Days::new(count - 1)).map_or(today, BusinessDay);
    DayRangeQuery::days(from, today)
}

/// The form that asks for other days and periods, with the ways to usual ones.
#[component]
pub(super) fn QueryForm(query: AnalyticsQuery, today: BusinessDay) -> impl IntoView {
    let text = text().analytics();
    let usual = [
        (text.today(), last_days(today, 1)),
        (text.last_week(), last_days(today, DAYS_OF_WEEK)),
        (text.last_month(), last_days(today, DAYS_BY_DEFAULT)),
        (text.this_month(), DayRangeQuery::days(today.first_of_month(), today)),
        (text.last_year(), last_days(today, DAYS_OF_YEAR)),
    ];
    let by = query.by;
    let usual = usual.map(|(name, days)| {
        let current = (days == query.days).then_some("true");
        let path = AnalyticsQuery { days, by }.path();
        view! {
            <a class="button button-quiet button-small" href=path rel="external" aria-current=current>
                {name}
            </a>
        }
    });
    let periods =
        [(Period::Day, text.by_day()), (Period::Week, text.by_week()), (Period::Month, text.by_month()), (Period::Range, text.by_range())];
    let periods = periods.map(|(period, name)| {
        view! {
            <option value=period.name() selected=period == by>
                {name}
            </option>
        }
    });
    let (from, to) = query.days.shown();
    view! {
        <search class="day-range">
            <nav class="actions" aria-label=text.usual_days()>
                {usual.collect_view()}
            </nav>
            <form class="day-form" method="get" action=ANALYTICS_PATH>
                <div class="field">
                    <label for=FROM>{text.from()}</label>
                    <input id=FROM name=FROM type="date" value=from />
                </div>
                <div class="field">
                    <label for=TO>{text.to()}</label>
                    <input id=TO name=TO type="date" value=to />
                </div>
                <div class="field">
                    <label for=BY>{text.by()}</label>
                    <select id=BY name=BY>
                        {periods.collect_view()}
                    </select>
                </div>
                <button class="button" type="submit">
                    {text.show()}
                </button>
            </form>
        </search>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDay {
        text.parse().expect("a day")
    }

    #[test]
    fn no_days_are_the_last_ones_and_an_unknown_period_is_none() {
        let mut params = ParamsMap::new();
        params.insert(BY, "decade".to_owned());
        let query = AnalyticsQuery::of(&params);
        assert_eq!(query, AnalyticsQuery::default());
        let range = query.read(day("2026-03-01")).expect("a range");
        assert_eq!((range.from, range.to), (Some(day("2026-01-31")), Some(day("2026-03-01"))));
    }

    #[test]
    fn a_query_can_be_kept() {
        let query = AnalyticsQuery { by: Period::Week, ..AnalyticsQuery::default() }.told(day("2026-02-27"), day("2026-03-01"));
        assert_eq!(query.path(), "/analytics?from=2026-02-27&to=2026-03-01&by=week");
    }
}
