use contracts::Field;
#[cfg(feature = "ssr")]
use contracts::{
    ServiceError,
    tracker::{CreationKey, NewTask, Task, Tracker},
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
pub(super) const TITLE: &str = "title";
const DESCRIPTION: &str = "description";
const KEY: &str = "key";

/// Creates a task, which goes to a random employee at once; answers the news of it.
#[server(endpoint = "create_task", output = Json)]
pub(super) async fn create_task(title: String, description: String, key: String) -> Result<String, AppError> {
    let created = create(&title, &description, &key).await;
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
async fn create(title: &str, description: &str, key: &str) -> Result<Task, ServiceError> {
    let caller = CurrentSession::required()?.caller();
    let task = NewTask::parse(title, description).map_err(ServiceError::Invalid)?;
    let key = CreationKey::parse(key).map_err(ServiceError::Invalid)?;
    service::<dyn Tracker>().create(caller, task, Some(key)).await
}

/// By which the server knows this page's forms again, however often one of them is sent.
#[cfg(feature = "ssr")]
fn random_key() -> String {
    // The number of the request: no other has it.
    let request = use_context::<http::request::Parts>();
    let number = request.as_ref().and_then(|request| request.headers.get("x-request-id")?.to_str().ok());
    number.unwrap_or_default().to_owned()
}

/// Keys are one's own: nobody has to be unable to guess them.
#[cfg(not(feature = "ssr"))]
fn random_key() -> String {
    js_sys::Math::random().to_string()
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
    let key = SharedValue::new(random_key).into_inner();
    let created = RwSignal::new(0);
    let error = Signal::derive(move || create.answer.get().and_then(Result::err));
    let form = NodeRef::<Form>::new();

    Effect::new(move || {
        if let Some(Ok(_)) = create.answer.get()
            && let Some(form) = form.get_untracked()
        {
            // A form is reset to what it began with: that is nothing now.
            draft.set(Draft::default());
            created.update(|created| *created += 1);
            form.reset();
        }
    });

    let is_of_a_field = |error: &AppError| matches!(error.field(), Some(Field::Title | Field::Description));
    let other_problem = move || error.get().filter(|error| !is_of_a_field(error)).map(|error| view! { <ErrorNotice error /> });
    view! {
        <section class="new-task card" aria-labelledby="new-task">
            <h2 id="new-task">{text.tasks().create_headline()}</h2>
            <p class="field-hint">{text.tasks().create_hint()}</p>
            <ServerForm sent=create node_ref=form class="form">
                {other_problem}
                <input type="hidden" name=KEY value=move || [key.as_str(), "-", &created.get().to_string()].concat() />
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
