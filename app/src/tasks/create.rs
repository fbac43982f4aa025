use contracts::Field;
#[cfg(feature = "ssr")]
use contracts::{
    ServiceError,
    tracker::{NewTask, Task, Tracker},
};
use leptos::{html::Form, prelude::*};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::news;
use crate::{
    design::{ErrorNotice, Sent, ServerForm, TextField},
    error::AppError,
    i18n::text,
    json::Json,
};
#[cfg(feature = "ssr")]
use crate::{service::service, session::CurrentSession, typed::TypedCookie};

/// The fields of the form, as the arguments of [`create_task`] are called.
const TITLE: &str = "title";
const DESCRIPTION: &str = "description";

/// Creates a task, which goes to a random employee at once; answers the news of it.
#[server(endpoint = "create_task", output = Json)]
pub(super) async fn create_task(title: String, description: String) -> Result<String, AppError> {
    let created = create(&title, &description).await;
    match created {
        Ok(task) => {
            TypedCookie::TASK.forget();
            news::page_about(task.task_id).redirect_plain_form();
            Ok(news::about(&task).await)
        }
        Err(error) => {
            TypedCookie::TASK.keep(&[(TITLE, &title), (DESCRIPTION, &description)]);
            Err(error.into())
        }
    }
}

#[cfg(feature = "ssr")]
async fn create(title: &str, description: &str) -> Result<Task, ServiceError> {
    let caller = CurrentSession::required()?.caller();
    let task = NewTask::parse(title, description).map_err(ServiceError::Invalid)?;
    service::<dyn Tracker>().create(caller, task).await
}

/// What has been filled in already: a form that was refused without JavaScript is not empty when it comes back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Draft {
    title: String,
    description: String,
}

impl Draft {
    #[cfg(feature = "ssr")]
    fn of_request() -> Self {
        let headers = expect_context::<http::request::Parts>().headers;
        let typed = |field| TypedCookie::TASK.read(&headers, field);
        Self { title: typed(TITLE), description: typed(DESCRIPTION) }
    }

    /// Whoever comes from another page has sent no form.
    #[cfg(not(feature = "ssr"))]
    fn of_request() -> Self {
        Self::default()
    }
}

/// The form for a new task. It is emptied when the task is stored, and keeps everything when it is refused.
#[component]
pub(super) fn NewTaskForm(create: Sent<String>) -> impl IntoView {
    let text = text();
    let draft = RwSignal::new(SharedValue::new(Draft::of_request).into_inner());
    let error = Signal::derive(move || create.answer.get().and_then(Result::err));
    let form = NodeRef::<Form>::new();

    Effect::new(move || {
        if let Some(Ok(_)) = create.answer.get()
            && let Some(form) = form.get_untracked()
        {
            // A form is reset to what it began with: that is nothing now.
            draft.set(Draft::default());
            form.reset();
        }
    });

    let other_problem = move || error.get().filter(|error| error.field().is_none()).map(|error| view! { <ErrorNotice error /> });
    view! {
        <section class="new-task card" aria-labelledby="new-task">
            <h2 id="new-task">{text.tasks().create_headline()}</h2>
            <p class="field-hint">{text.tasks().create_hint()}</p>
            <ServerForm sent=create node_ref=form class="form">
                {other_problem}
                <TextField field=Field::Title name=TITLE label=text.task().title() value=Signal::derive(move || draft.read().title.clone()) error />
                <TextField
                    field=Field::Description
                    name=DESCRIPTION
                    rows="5"
                    label=text.task().description()
                    hint=text.tasks().description_hint()
                    required=false
                    value=Signal::derive(move || draft.read().description.clone())
                    error
                />
                <button class="button" type="submit" disabled=move || create.pending.get()>
                    {text.tasks().create()}
                </button>
            </ServerForm>
        </section>
    }
}
