#[cfg(feature = "ssr")]
use contracts::{
    Caller, ServiceError, TaskId,
    auth::Directory,
    tracker::{Task, TaskStatus, Tracker},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{NEWS_OF, TASKS_PATH};
use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
    layout,
};
#[cfg(feature = "ssr")]
use crate::{i18n::Text, own_path::OwnPath, preferences::Preferences, service::service};

/// What came of the last thing done on the page, as long as nothing newer is done.
#[derive(Clone, Copy)]
pub(super) struct Newest {
    outcome: RwSignal<Option<Result<String, AppError>>>,
    /// How often the list has become out of date.
    changes: RwSignal<usize>,
}

impl Newest {
    /// Follows both actions. The form tells by itself why a task was not created.
    pub(super) fn follow(create: Sent<String>, resolve: Sent<String>) -> Self {
        // Without JavaScript the address tells of a refusal, and the form knows it from the start.
        let newest = Self { outcome: RwSignal::new(resolve.answer.get_untracked()), changes: RwSignal::new(0) };
        Effect::new(move || {
            if create.pending.get() || resolve.pending.get() {
                newest.clear();
            }
        });
        Effect::new(move || {
            if let Some(created @ Ok(_)) = create.answer.get() {
                newest.tell(created);
            }
        });
        Effect::new(move |is_later: Option<bool>| {
            if let Some(resolved) = resolve.answer.get() {
                newest.tell(resolved);
                // The button that had the focus is gone.
                if is_later.is_some() {
                    layout::focus_content();
                }
            }
            true
        });
        newest
    }

    pub(super) fn clear(self) {
        self.outcome.set(None);
    }

    pub(super) fn is_empty(self) -> bool {
        self.outcome.read().is_none()
    }

    /// Raised with each change of the tasks: also when one was refused, because somebody else may have been faster.
    pub(super) fn changes(self) -> usize {
        self.changes.get()
    }

    fn tell(self, outcome: Result<String, AppError>) {
        self.outcome.set(Some(outcome));
        self.changes.update(|changes| *changes += 1);
    }
}

/// The news, read out as soon as they are there.
#[component]
pub(super) fn News(newest: Newest) -> impl IntoView {
    let sentence = move || newest.outcome.get().and_then(Result::ok);
    let error = move || newest.outcome.get().and_then(Result::err);
    view! {
        <div role="status">{move || sentence().map(|sentence| view! { <p class="toast">{sentence}</p> })}</div>
        {move || error().map(|error| view! { <ErrorNotice error /> })}
    }
}

/// What there is to say about a task that the caller created or finished a moment ago; nothing about another's finished task, or
/// one that does not exist. Only the number comes from the address.
#[cfg(feature = "ssr")]
pub(super) async fn of(task_id: TaskId, caller: Caller) -> Result<Option<String>, ServiceError> {
    let task = service::<dyn Tracker>().tasks(&[task_id]).await?.pop();
    match task.filter(|task| task.status == TaskStatus::InProgress || task.assignee_user_id == caller.user_id) {
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
