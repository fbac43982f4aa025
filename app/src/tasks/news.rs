#[cfg(feature = "ssr")]
use contracts::{
    ServiceError, TaskId,
    auth::Directory,
    tracker::{Task, TaskStatus, Tracker},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{NEWS_OF, TASKS_PATH};
use super::{create::CreateTask, resolve::ResolveTask};
use crate::{design::ProblemNotice, i18n::locale};
#[cfg(feature = "ssr")]
use crate::{i18n::Text, own_path::OwnPath, preferences::Preferences, service::service};

/// What came of the last thing done on the page. It is read out as soon as it is there.
#[component]
pub(super) fn News(create: ServerAction<CreateTask>, resolve: ServerAction<ResolveTask>) -> impl IntoView {
    let locale = locale();
    let newest = RwSignal::new(None::<String>);
    for outcome in [create.value(), resolve.value()] {
        Effect::new(move || {
            if let Some(Ok(sentence)) = outcome.get() {
                newest.set(Some(sentence));
            }
        });
    }
    let problem = move || {
        resolve.value().get().and_then(Result::err).map(|error| {
            view! {
                <ProblemNotice>
                    <p>{error.message(locale)}</p>
                </ProblemNotice>
            }
        })
    };
    view! {
        <div role="status">{move || newest.get().map(|sentence| view! { <p class="notice">{sentence}</p> })}</div>
        {problem}
    }
}

/// What there is to say about a task that was created or finished a moment ago; nothing about one that does not exist. Only
/// the number comes from the address, so a forged one cannot lie.
#[cfg(feature = "ssr")]
pub(super) async fn of(task_id: TaskId) -> Result<Option<String>, ServiceError> {
    match service::<dyn Tracker>().tasks(&[task_id]).await?.pop() {
        Some(task) => Ok(Some(about(&task).await)),
        None => Ok(None),
    }
}

/// The news of a task, for people: who has it, or that it is done. It is no failure if the name cannot be found out: the task
/// is stored.
#[cfg(feature = "ssr")]
pub(super) async fn about(task: &Task) -> String {
    let text = Text::from(Preferences::current().locale).tasks();
    match task.status {
        TaskStatus::Done => text.resolved(&task.title),
        TaskStatus::InProgress => match service::<dyn Directory>().user(task.assignee_user_id).await {
            Ok(assignee) => text.created_for(&assignee.display_name, &task.title),
            Err(_) => text.created(&task.title),
        },
    }
}

/// Where a browser without JavaScript goes on: to the page that tells the news of this task.
#[cfg(feature = "ssr")]
pub(super) fn page_about(task_id: TaskId) -> OwnPath {
    OwnPath::from(TASKS_PATH.to_owned()).with_parameter(NEWS_OF, &task_id.to_string())
}
