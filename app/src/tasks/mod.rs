//! One's own tasks: what is open, what is done, and the form for a new one. And each task by itself, for everybody.

mod create;
#[cfg(feature = "ssr")]
mod description;
mod list;
#[cfg(feature = "ssr")]
mod markup;
mod news;
#[cfg(feature = "ssr")]
mod query;
mod resolve;
mod row;
mod shortcuts;
#[cfg(feature = "ssr")]
mod task;

#[cfg(feature = "ssr")]
use contracts::TaskId;
use contracts::reassign::MAY_REASSIGN;
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

#[cfg(not(feature = "ssr"))]
use crate::server_made::server_made as task_page;
use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
    i18n::text,
    live::{Live, LiveNote},
    page_title::PageTitle,
    reassign::REASSIGN_PATH,
    session::{LOG_IN_PATH, Visitor, visitor},
};
use create::{CreateTask, NewTaskForm};
use list::{TaskList, own_tasks};
use news::{Newest, News};
use row::TaskRow;
use shortcuts::Shortcuts;
#[cfg(feature = "ssr")]
use task::task_page;

/// The page's address.
pub(crate) const TASKS_PATH: &str = "/tasks";

/// The page `/tasks`.
#[component]
pub(crate) fn TasksPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) => view! { <OwnTasks visitor /> }.into_any(),
    }
}

/// The address of a task's own page, which is [made by the server](crate::server_made).
#[cfg(feature = "ssr")]
pub(crate) fn task_path(task_id: TaskId) -> String {
    [TASKS_PATH, "/", &task_id.to_string()].concat()
}

/// The page `/tasks/{task_id}`.
#[component]
pub(crate) fn TaskPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(_) => task_page(),
    }
}

#[component]
fn OwnTasks(visitor: Visitor) -> impl IntoView {
    let text = text().tasks();
    let query = use_query_map();
    let create = Sent::to::<CreateTask>();
    let newest = Newest::follow(create);
    let live = Live::start();
    let answer = Resource::new(
        move || (query.read().to_query_string(), newest.changes(), live.changes()),
        |(query, ..)| async move { (query.clone(), own_tasks(query).await) },
    );
    Effect::new(move |before: Option<String>| {
        let now = query.read().to_query_string();
        if before.is_some_and(|before| before != now) {
            newest.clear();
        }
        now
    });
    let reassign = MAY_REASSIGN.contains(&visitor.role).then(|| {
        view! {
            <p>
                <a class="button button-quiet" href=REASSIGN_PATH rel="external">
                    {text.reassign()}
                </a>
            </p>
        }
    });
    view! {
        <PageTitle text=text.title() />
        <div class="tasks-page">
            <section class="tasks">
                <h1>{text.headline()}</h1>
                <News newest />
                {reassign}
                <Transition fallback=move || {
                    view! { <p>{text.loading()}</p> }
                }>
                    <Tasks answer newest live />
                </Transition>
                <LiveNote live />
            </section>
            <NewTaskForm create />
        </div>
    }
}

/// The list, as it was last while a service does not answer.
#[component]
fn Tasks(answer: Resource<(String, Result<TaskList, AppError>)>, newest: Newest, live: Live) -> impl IntoView {
    let last = StoredValue::new(None::<(String, TaskList)>);
    let error = move || answer.get().and_then(|(_, answer)| answer.err());
    let list = Signal::derive(move || match answer.get() {
        Some((query, Ok(list))) => {
            last.set_value(Some((query, list.clone())));
            list
        }
        Some((query, Err(error))) if error.is_outage() => {
            last.get_value().filter(|(of, _)| *of == query).map(|(_, list)| list).unwrap_or_default()
        }
        _ => TaskList::default(),
    });
    live.ask_again_when(move || error().is_some_and(|error| error.is_outage()));
    let part = move |part: fn(&TaskList) -> &String| Signal::derive(move || list.with(|list| part(list).clone()));
    let made = |class: &'static str, markup: Signal<String>| view! { <div class=class inner_html=markup></div> }.into_any();
    let news = Signal::derive(move || list.with(|list| if newest.is_empty() { list.news.clone() } else { String::new() }));
    view! {
        {made("task-tabs", part(|list| &list.tabs))}
        {made("task-filter", part(|list| &list.filter))}
        {move || error().map(|error| view! { <ErrorNotice error /> })}
        {made("task-notices", news)}
        {made("task-notices", part(|list| &list.notices))}
        <ul class="task-list">
            <For each=move || list.get().tasks key=|task| task.markup.clone() children=move |task| view! { <TaskRow task newest /> } />
        </ul>
        {made("actions", part(|list| &list.ways))}
        <Shortcuts help=part(|list| &list.keys) />
    }
}
