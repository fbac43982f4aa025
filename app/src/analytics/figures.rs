use std::cmp::Ordering;

use contracts::{
    Money,
    analytics::{CompanyDay, RemarkableTask},
};
use i18n::{Amount, integer};
use leptos::prelude::*;

use super::{dashboard::Titles, tables::DAYS_TABLE_ID};
use crate::{
    i18n::{locale, text},
    income::INCOME_PATH,
    tasks::task_path,
};

/// The three answers, and what has changed since yesterday. They keep themselves up to date; a change is read out when there is a pause.
#[component]
pub(super) fn Figures(today: CompanyDay, yesterday: CompanyDay, titles: Titles) -> impl IntoView {
    let text = text().analytics();
    let sentence = what_changed(&today, &yesterday);
    view! {
        <section class="dashboard-today" data-live aria-live="polite" aria-labelledby="today">
            <h2 id="today">{text.today()}</h2>
            <p class="lead">{sentence}</p>
            <dl class="dashboard-figures">
                <IncomeFigure today yesterday />
                <NegativeFigure today yesterday />
                <TaskFigure today yesterday titles />
            </dl>
        </section>
    }
}

#[component]
fn IncomeFigure(today: CompanyDay, yesterday: CompanyDay) -> impl IntoView {
    let text = text().analytics();
    let change = difference(today.income, yesterday.income);
    view! {
        <div class="card">
            <dt>{text.income()}</dt>
            <dd class="figure">{Amount(today.income).written(locale())}</dd>
            <dd>{text.against_yesterday(&Amount(change).as_change(locale()))}</dd>
            <dd>
                <a href=INCOME_PATH rel="external">
                    {text.to_income()}
                </a>
            </dd>
        </div>
    }
}

#[component]
fn NegativeFigure(today: CompanyDay, yesterday: CompanyDay) -> impl IntoView {
    let text = text().analytics();
    let change = today.negative_balance_account_count - yesterday.negative_balance_account_count;
    view! {
        <div class="card">
            <dt>{text.negative_accounts()}</dt>
            <dd class="figure">{integer(locale(), today.negative_balance_account_count.unsigned_abs())}</dd>
            <dd>{text.against_yesterday(&as_change(change))}</dd>
            <dd>
                <a href=["#", DAYS_TABLE_ID].concat() rel="external">
                    {text.to_days()}
                </a>
            </dd>
        </div>
    }
}

#[component]
fn TaskFigure(today: CompanyDay, yesterday: CompanyDay, titles: Titles) -> impl IntoView {
    let text = text().analytics();
    let price = |task: Option<RemarkableTask>| task.map_or(Money::ZERO, |task| task.resolve_price);
    let change = difference(price(today.most_expensive), price(yesterday.most_expensive));
    let (figure, link) = match today.most_expensive {
        Some(RemarkableTask { task_id, resolve_price }) => {
            let name = titles.name(task_id);
            let link = view! {
                <a class="dashboard-task" href=task_path(task_id) rel="external">
                    {name}
                </a>
            };
            (Amount(resolve_price).written(locale()), link.into_any())
        }
        None => (text.none().to_owned(), view! { {text.nothing_finished()} }.into_any()),
    };
    view! {
        <div class="card">
            <dt>{text.most_expensive()}</dt>
            <dd class="figure">{figure}</dd>
            <dd>{text.against_yesterday(&Amount(change).as_change(locale()))}</dd>
            <dd>{link}</dd>
        </div>
    }
}

/// What has changed since yesterday, in a sentence.
fn what_changed(today: &CompanyDay, yesterday: &CompanyDay) -> String {
    let text = text().analytics();
    let change = difference(today.income, yesterday.income);
    let amount = Amount(if change.is_negative() { -change } else { change }).written(locale());
    let income = match change.cmp(&Money::ZERO) {
        Ordering::Greater => text.income_more(&amount),
        Ordering::Less => text.income_less(&amount),
        Ordering::Equal => text.income_same().to_owned(),
    };
    let (now, before) = (today.negative_balance_account_count, yesterday.negative_balance_account_count);
    let negative = match now.cmp(&before) {
        Ordering::Greater => text.negative_more(now.abs_diff(before)),
        Ordering::Less => text.negative_fewer(now.abs_diff(before)),
        Ordering::Equal => text.negative_same().to_owned(),
    };
    text.what_changed(&income, &negative)
}

/// Sums of a day are far from where a difference would not fit.
fn difference(now: Money, before: Money) -> Money {
    now.checked_sub(before).unwrap_or_default()
}

/// A change of a count, with its sign.
fn as_change(change: i64) -> String {
    let sign = match change.cmp(&0) {
        Ordering::Greater => "+",
        Ordering::Less => "−",
        Ordering::Equal => "",
    };
    [sign, &integer(locale(), change.unsigned_abs())].concat()
}
