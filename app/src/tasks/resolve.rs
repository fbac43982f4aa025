use contracts::TaskId;
#[cfg(feature = "ssr")]
use contracts::tracker::Tracker;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::news;
use crate::{
    design::{Sent, ServerForm},
    error::AppError,
    i18n::text,
    json::Json,
};
#[cfg(feature = "ssr")]
use crate::{service::service, session::CurrentSession};

/// Finishes one of the caller's tasks; answers the news of it.
#[server(endpoint = "resolve_task", output = Json)]
pub(super) async fn resolve_task(task_id: TaskId) -> Result<String, AppError> {
    let caller = CurrentSession::required()?.caller();
    let task = service::<dyn Tracker>().resolve(caller, task_id).await?;
    news::page_about(task_id).redirect_plain_form();
    Ok(news::about(&task).await)
}

/// The button that finishes a task.
#[component]
pub(super) fn DoneButton(
    task_id: TaskId,
    /// What it says to those who cannot see the task.
    label: String,
    resolve: Sent<String>,
    /// Whether the task is finished, or will be in a moment: so much is certain that it is shown already.
    is_finished: Signal<bool>,
) -> impl IntoView {
    view! {
        <ServerForm sent=resolve>
            <input type="hidden" name="task_id" value=task_id.to_string() />
            <button
                class="button button-quiet button-small"
                type="submit"
                disabled=move || is_finished.get()
                aria-label=label
            >
                {text().tasks().finish()}
            </button>
        </ServerForm>
    }
}
