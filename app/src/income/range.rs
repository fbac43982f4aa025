use chrono::{Days, Months};
use contracts::BusinessDay;
use leptos::prelude::*;

use super::INCOME_PATH;
use crate::{
    day_range::{DayRangeQuery, FROM, TO},
    i18n::text,
};

/// The form that asks for other days, with the ways to the months around them.
#[component]
pub(super) fn RangeForm(asked: DayRangeQuery) -> impl IntoView {
    let text = text().income();
    let around = asked.read().ok().and_then(|range| range.from).map(|first| {
        let month = |first: BusinessDay| {
            let end = first.0.checked_add_months(Months::new(1)).and_then(|next| next.checked_sub_days(Days::new(1)))?;
            Some(DayRangeQuery::days(first, BusinessDay(end)))
        };
        let this = first.first_of_month().0;
        let before = this.checked_sub_months(Months::new(1)).and_then(|first| month(BusinessDay(first)));
        let after = this.checked_add_months(Months::new(1)).and_then(|first| month(BusinessDay(first)));
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
    let (from, to) = asked.shown();
    view! {
        <search class="day-range">
            <form class="day-form" method="get" action=INCOME_PATH>
                <div class="field">
                    <label for=FROM>{text.from()}</label>
                    <input id=FROM name=FROM type="date" value=from />
                </div>
                <div class="field">
                    <label for=TO>{text.to()}</label>
                    <input id=TO name=TO type="date" value=to />
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
