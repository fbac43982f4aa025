use std::time::Duration;

#[cfg(feature = "ssr")]
use contracts::{
    Caller, ServiceError, TaskId,
    auth::Directory,
    tracker::{Task, TaskStatus, Tracker},
};
use leptos::prelude::*;

use super::resolve::ResolveTask;
#[cfg(feature = "ssr")]
use super::{TASKS_PATH, query::NEWS_OF};
use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
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

/// How long a finished task stays where it was: who presses twice does not finish the next one, too.
const LINGER: Duration = Duration::from_millis(600);

impl Newest {
    /// Follows the form for new tasks. It tells by itself why one was not created.
    pub(super) fn follow(create: Sent<String>) -> Self {
        // Without JavaScript the address tells why a task was not finished.
        let refused = Sent::to::<ResolveTask>().answer;
        let newest = Self { outcome: refused, changes: RwSignal::new(0) };
        Effect::new(move || {
            if create.pending.get() {
                newest.clear();
            }
        });
        Effect::new(move || {
            if let Some(created @ Ok(_)) = create.answer.get() {
                newest.outcome.set(Some(created));
                newest.ask_again();
            }
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

    /// That a task was finished.
    pub(super) fn tell_finished(self, news: String) {
        self.outcome.set(Some(Ok(news)));
        set_timeout(move || self.ask_again(), LINGER);
    }

    /// Why a task was not finished.
    pub(super) fn tell_refused(self, error: AppError) {
        self.outcome.set(Some(Err(error)));
        self.ask_again();
    }

    fn ask_again(self) {
        self.changes.try_update(|changes| *changes += 1);
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
