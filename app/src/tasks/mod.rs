//! One's own tasks: what is open, what is done, and the form for a new one. And each task by itself, for everybody.

mod create;
mod list;
mod news;
mod resolve;
mod row;
#[cfg(feature = "ssr")]
mod task;

use contracts::TaskId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map, params::ParamsMap};

#[cfg(not(feature = "ssr"))]
use crate::server_made::server_made as task_page;
use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
    i18n::text,
    session::{LOG_IN_PATH, Visitor, visitor},
};
use create::{CreateTask, NewTaskForm};
use list::{TaskList, own_tasks};
use news::{Newest, News};
use resolve::ResolveTask;
use row::{Finishing, Tasks};
#[cfg(feature = "ssr")]
use task::task_page;

/// The page's address.
pub(crate) const TASKS_PATH: &str = "/tasks";

/// The parameter that asks for finished tasks instead of open ones.
const DONE: &str = "done";

/// The parameter with the last task of the part of the list before.
const BEFORE: &str = "before";

/// The parameter that says, without JavaScript, which task has just been created or finished.
const NEWS_OF: &str = "news_of";

/// The parameter with which Leptos reports a refusal to a page without JavaScript.
const REFUSAL: &str = "__err";

/// The page `/tasks`.
#[component]
pub(crate) fn TasksPage() -> impl IntoView {
    match visitor() {
        None => view! { <Redirect path=LOG_IN_PATH /> }.into_any(),
        Some(visitor) => view! { <OwnTasks visitor /> }.into_any(),
    }
}

/// The address of a task's own page, which is [made by the server](crate::server_made).
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

/// Which part of the list the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    done: bool,
    before: Option<TaskId>,
    news_of: Option<TaskId>,
}

impl Wanted {
    fn of(query: &ParamsMap) -> Self {
        let task = |name| query.get_str(name).and_then(|number| number.parse().ok());
        // A refusal without JavaScript comes back to the address it was sent from, which may tell of older news.
        let news_of = task(NEWS_OF).filter(|_| query.get_str(REFUSAL).is_none());
        Self { done: query.get_str(DONE).is_some(), before: task(BEFORE), news_of }
    }
}

#[component]
fn OwnTasks(visitor: Visitor) -> impl IntoView {
    let text = text().tasks();
    let query = use_query_map();
    let wanted = Memo::new(move |_| Wanted::of(&query.read()));
    let create = Sent::to::<CreateTask>();
    let resolve = Sent::to::<ResolveTask>();
    let newest = Newest::follow(create, resolve);
    let list = Resource::new(
        move || (wanted.get(), newest.changes()),
        |(Wanted { done, before, news_of }, version)| async move { (version, own_tasks(done, before, news_of).await) },
    );
    Effect::new(move |before: Option<Wanted>| {
        let now = wanted.get();
        if before.is_some_and(|before| before != now) {
            newest.clear();
        }
        now
    });
    let show = move |(version, answer): (usize, Result<TaskList, AppError>)| match answer {
        Ok(list) => {
            let busy = Signal::derive(move || resolve.pending.get() || newest.changes() != version);
            let finishing = Finishing { resolve, busy };
            let news = list.news.clone().filter(|_| newest.is_empty()).map(|news| view! { <p class="notice">{news}</p> });
            view! {
                {news}
                <Tasks list wanted=wanted.get_untracked() role=visitor.role finishing />
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    let current = move |done: bool| (wanted.read().done == done).then_some("page");
    view! {
        <Title text=text.title() />
        <div class="tasks-page">
            <section class="tasks">
                <h1>{text.headline()}</h1>
                <nav class="tabs" aria-label=text.filter()>
                    <a href=TASKS_PATH aria-current=move || current(false)>
                        {text.open()}
                    </a>
                    <a href=[TASKS_PATH, "?", DONE].concat() aria-current=move || current(true)>
                        {text.done()}
                    </a>
                </nav>
                <News newest />
                <Transition fallback=move || {
                    view! { <p>{text.loading()}</p> }
                }>{move || list.get().map(show)}</Transition>
            </section>
            <NewTaskForm create />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_a_part_of_the_list() {
        let asked = |pairs: &[(&'static str, &str)]| {
            let mut query = ParamsMap::new();
            for (name, value) in pairs {
                query.insert(*name, (*value).to_owned());
            }
            Wanted::of(&query)
        };
        assert_eq!(asked(&[]), Wanted { done: false, before: None, news_of: None });
        assert_eq!(asked(&[(DONE, ""), (BEFORE, "17")]), Wanted { done: true, before: Some(TaskId(17)), news_of: None });
        assert_eq!(asked(&[(BEFORE, "the parrot"), (NEWS_OF, "4")]), Wanted { done: false, before: None, news_of: Some(TaskId(4)) });
        assert_eq!(asked(&[(NEWS_OF, "4"), (REFUSAL, "")]), Wanted { done: false, before: None, news_of: None });
    }
}
