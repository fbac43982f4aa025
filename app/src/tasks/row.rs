use contracts::Role;
use leptos::prelude::*;

use super::{
    BEFORE, DONE, TASKS_PATH,
    list::{OwnTask, TaskList},
    resolve::{DoneButton, ResolveTask},
};
use crate::i18n::text;

/// A part of the list, with the way to the next.
#[component]
pub(super) fn Tasks(
    list: TaskList,
    /// Whether these are finished tasks.
    done: bool,
    /// The role of who looks: not everybody is given tasks.
    role: Role,
    resolve: ServerAction<ResolveTask>,
) -> impl IntoView {
    let text = text().tasks();
    let TaskList { tasks, goes_on, news } = list;
    let next = goes_on.then(|| tasks.last().map(|last| last.task_id)).flatten().map(|task_id| {
        let path = [TASKS_PATH, "?", BEFORE, "=", &task_id.to_string(), if done { "&" } else { "" }, if done { DONE } else { "" }].concat();
        view! {
            <a class="button button-quiet" href=path rel="next">
                {text.older()}
            </a>
        }
    });
    let nothing = match (tasks.is_empty(), done) {
        (false, _) => None,
        (true, true) => Some(text.nothing_done()),
        (true, false) if role.is_assignable() => Some(text.nothing_open()),
        (true, false) => Some(text.not_assignable()),
    };
    let rows = tasks.into_iter().map(|task| view! { <TaskRow task done resolve /> }).collect_view();
    view! {
        {news.map(|news| view! { <p class="notice">{news}</p> })}
        {nothing.map(|nothing| view! { <p class="tasks-nothing">{nothing}</p> })}
        <ul class="task-list">{rows}</ul>
        {next}
    }
}

#[component]
fn TaskRow(task: OwnTask, done: bool, resolve: ServerAction<ResolveTask>) -> impl IntoView {
    let OwnTask { task_id, title, description, origin, price } = task;
    let button = (!done).then(|| view! { <DoneButton task_id title=title.clone() resolve /> });
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
