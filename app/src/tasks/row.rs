use contracts::Role;
use leptos::prelude::*;

use super::{
    BEFORE, DONE, TASKS_PATH, Wanted,
    list::{OwnTask, TaskList},
    resolve::DoneButton,
};
use crate::{design::Sent, i18n::text};

/// What happens when somebody presses the buttons of the list.
#[derive(Clone, Copy)]
pub(super) struct Finishing {
    pub(super) resolve: Sent<String>,
    /// Whether a task is being finished, or the list is out of date: then the buttons do nothing, because the next task moves to the
    /// place of the last.
    pub(super) busy: Signal<bool>,
}

/// A part of the list, with the way to the next.
#[component]
pub(super) fn Tasks(
    list: TaskList,
    wanted: Wanted,
    /// The role of who looks: not everybody is given tasks.
    role: Role,
    finishing: Finishing,
) -> impl IntoView {
    let text = text().tasks();
    let Wanted { done, before, .. } = wanted;
    let TaskList { tasks, goes_on, .. } = list;
    let page = if done { [TASKS_PATH, "?", DONE].concat() } else { TASKS_PATH.to_owned() };
    let next = goes_on.then(|| tasks.last().map(|last| last.task_id)).flatten().map(|task_id| {
        let separator = if done { "&" } else { "?" };
        let path = [page.as_str(), separator, BEFORE, "=", &task_id.to_string()].concat();
        view! {
            <a class="button button-quiet" href=path rel="next">
                {text.older()}
            </a>
        }
    });
    let newest = before.is_some().then(|| {
        view! {
            <a class="button button-quiet" href=page.clone()>
                {text.newest()}
            </a>
        }
    });
    if tasks.is_empty() {
        let nothing = match (before, done) {
            (Some(_), _) => text.nothing_older(),
            (None, true) => text.nothing_done(),
            (None, false) if role.is_assignable() => text.nothing_open(),
            (None, false) => text.not_assignable(),
        };
        return view! {
            <p class="tasks-nothing">{nothing}</p>
            {newest}
        }
        .into_any();
    }
    let rows = tasks.into_iter().map(|task| view! { <TaskRow task done finishing /> }).collect_view();
    view! {
        <ul class="task-list">{rows}</ul>
        <div class="actions">{newest} {next}</div>
    }
    .into_any()
}

#[component]
fn TaskRow(task: OwnTask, done: bool, finishing: Finishing) -> impl IntoView {
    let OwnTask { task_id, title, description, origin, price } = task;
    let button = (!done).then(|| view! { <DoneButton task_id title=title.clone() finishing /> });
    let description = (!description.is_empty()).then(|| view! { <p class="task-description">{description}</p> });
    view! {
        <li class="task card">
            <h2>{title}</h2>
            {description}
            <p class="task-facts">{origin}</p>
            {price.map(|price| view! { <p class="task-price">{price}</p> })}
            {button}
        </li>
    }
}
