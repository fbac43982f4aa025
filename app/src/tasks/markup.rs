//! The parts of the list that only the server makes. Whatever comes from people is escaped in them.

use contracts::{
    Role, TaskId,
    accounting::TaskPrice,
    tracker::{SEARCH_CHARS_MAX, TASKS_COUNTED_MAX, Task, TaskCounts},
};
use i18n::{Amount, integer};
use leptos::prelude::*;

use super::{
    TASKS_PATH,
    description::markup_of,
    query::{SEARCH, TaskListQuery},
    task_path,
};
use crate::i18n::{locale, shown_time, text};

/// Open or finished tasks, and how many there are of each.
pub(super) fn tabs(wanted: &TaskListQuery, counts: TaskCounts) -> String {
    let text = text().tasks();
    let tab = |done: bool, name: &'static str, count: u64| {
        let more = if count < TASKS_COUNTED_MAX { "" } else { "+" };
        view! {
            <a href=wanted.with_done(done).path() aria-current=(wanted.done == done).then_some("page")>
                {name}
                " "
                <span class="count">{integer(locale(), count)} {more}</span>
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=text.filter()>
            {tab(false, text.open(), counts.open)}
            {tab(true, text.done(), counts.done)}
        </nav>
    }
    .to_html()
}

/// What is looked for, and in which order. A plain form: the address says it, so it can be kept and sent on.
pub(super) fn filter(wanted: &TaskListQuery) -> String {
    let text = text().tasks();
    let flags: Vec<_> = wanted.flags().map(|name| view! { <input type="hidden" name=name value="" /> }).collect();
    let all = (!wanted.search.is_empty()).then(|| {
        view! {
            <a class="button button-quiet" href=wanted.of_any_text().path()>
                {text.show_all()}
            </a>
        }
    });
    let order = |oldest: bool, name: &'static str| {
        view! {
            <a href=wanted.with_oldest(oldest).path() aria-current=(wanted.oldest == oldest).then_some("true")>
                {name}
            </a>
        }
    };
    view! {
        <search>
            <form class="search" method="get" action=TASKS_PATH>
                {flags}
                <div class="field">
                    <label for=SEARCH>{text.search()}</label>
                    <input id=SEARCH type="search" name=SEARCH maxlength=SEARCH_CHARS_MAX.to_string() value=wanted.search.clone() />
                </div>
                <button class="button button-quiet" type="submit">
                    {text.find()}
                </button>
                {all}
            </form>
        </search>
        <nav class="orders" aria-label=text.order()>
            {order(false, text.newest_first())}
            {order(true, text.oldest_first())}
        </nav>
    }
    .to_html()
}

/// A sentence; nothing where there is none.
pub(super) fn notice(sentence: Option<String>) -> String {
    sentence.map(|sentence| view! { <p class="notice">{sentence}</p> }.to_html()).unwrap_or_default()
}

/// Why there is nothing to show.
pub(super) fn nothing(wanted: &TaskListQuery, role: Role) -> String {
    let text = text().tasks();
    let nothing = match (wanted.after, wanted.done) {
        (Some(_), _) => text.nothing_more(),
        _ if !wanted.search.is_empty() => text.nothing_found(),
        (None, true) => text.nothing_done(),
        (None, false) if role.is_assignable() => text.nothing_open(),
        (None, false) => text.not_assignable(),
    };
    view! { <p class="tasks-nothing">{nothing}</p> }.to_html()
}

/// The ways to more tasks after the last one, and back to the beginning.
pub(super) fn ways(wanted: &TaskListQuery, last: Option<TaskId>) -> String {
    let text = text().tasks();
    let beginning = wanted.after.is_some().then(|| {
        view! {
            <a class="button button-quiet" href=wanted.path()>
                {text.beginning()}
            </a>
        }
    });
    let more = last.map(|last| {
        let (path, is_other_part) = wanted.more_path(last);
        let name = if is_other_part { text.next_part() } else { text.more() };
        view! {
            <a class="button button-quiet" href=path rel="next" data-noscroll=(!is_other_part).then_some("")>
                {name}
            </a>
        }
    });
    view! {
        {beginning}
        {more}
    }
    .to_html()
}

/// A task: what it is, since when, and what it costs and pays.
pub(super) fn task(task: &Task, price: Option<&TaskPrice>) -> String {
    let text = text().tasks();
    let number = task.task_id.to_string();
    let facts = match task.resolution_time {
        Some(resolution_time) => text.facts_when_done(&number, &shown_time(resolution_time)),
        None => text.facts_when_open(&shown_time(task.assigned_at), &number),
    };
    let amount = |money| Amount(money).written(locale());
    let price = price.map(|price| {
        view! { <p class="task-price">{text.price(&amount(price.assign_fee), &amount(price.resolve_price))}</p> }
    });
    let description =
        (!task.description.is_empty()).then(|| view! { <p class="task-description" inner_html=markup_of(&task.description)></p> });
    view! {
        <h2>
            <a href=task_path(task.task_id) rel="external">
                {task.title.clone()}
            </a>
        </h2>
        {description}
        <p class="task-facts">{facts}</p>
        {price}
    }
    .to_html()
}

/// What the keys do, and the switch that turns them off.
pub(super) fn keys() -> String {
    let text = text().tasks().shortcuts();
    let keys = [
        ("J", text.next()),
        ("K", text.previous()),
        ("Enter", text.open()),
        ("D", text.finish()),
        ("C", text.create()),
        ("/", text.search()),
        ("?", text.help()),
    ];
    let keys = keys.map(|(key, what)| {
        view! {
            <div>
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
            </div>
        }
    });
    view! {
        <summary>{text.title()}</summary>
        <dl>{keys.collect_view()}</dl>
        <label>
            <input type="checkbox" checked />
            " "
            {text.switch()}
        </label>
    }
    .to_html()
}
