use contracts::{
    ServiceError, TaskId,
    accounting::{Accounting, TaskPrice},
    auth::Directory,
    tracker::{Task, TaskStatus, Tracker},
};
use i18n::Amount;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::TASKS_PATH;
use crate::{
    design::ErrorNotice,
    i18n::{locale, shown_time, text},
    not_found::NotFoundPage,
    server_made::{Made, server_made},
    service::service,
};

/// The task whose number the address names. Everybody in the company may see every task.
pub(super) fn task_page() -> AnyView {
    let task_id = use_params_map().read_untracked().get_str("task_id").and_then(|number| number.parse().ok());
    server_made(async move {
        match FoundTask::find(task_id).await {
            Ok(found) => Made { title: found.task.title.clone(), markup: view! { <WholeTask found /> }.to_html() },
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => Made { title: text().tasks().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() },
        }
    })
}

/// A task with what other services know of it.
#[derive(Debug, Clone)]
struct FoundTask {
    task: Task,
    /// Nothing where auth does not answer.
    assignee: Option<String>,
    /// Nothing as long as no price is drawn, or where accounting does not answer.
    price: Option<TaskPrice>,
}

impl FoundTask {
    async fn find(task_id: Option<TaskId>) -> Result<Self, ServiceError> {
        let task_id = task_id.ok_or(ServiceError::NotFound)?;
        let task = service::<dyn Tracker>().tasks(&[task_id]).await?.pop().ok_or(ServiceError::NotFound)?;
        let assignee = service::<dyn Directory>().user(task.assignee_user_id).await.ok().map(|user| user.display_name);
        let price = service::<dyn Accounting>().prices(&[task_id]).await.ok().and_then(|mut prices| prices.pop());
        Ok(Self { task, assignee, price })
    }
}

#[component]
fn WholeTask(found: FoundTask) -> impl IntoView {
    let text = text().tasks();
    let FoundTask { task, assignee, price } = found;
    let amount = |money| Amount(money).written(locale());
    let (status, has_it) = match task.status {
        TaskStatus::InProgress => (text.is_open(), text.assignee()),
        TaskStatus::Done => (text.is_done(), text.resolver()),
    };
    let facts = [
        (text.number(), Some(task.task_id.to_string())),
        (has_it, assignee),
        (text.created_at(), Some(shown_time(task.creation_time))),
        (text.fee(), price.map(|price| amount(price.assign_fee))),
        (text.reward(), price.map(|price| amount(price.resolve_price))),
    ];
    let facts = facts.into_iter().filter_map(|(term, fact)| {
        Some(view! {
            <div>
                <dt>{term}</dt>
                <dd>{fact?}</dd>
            </div>
        })
    });
    let description = (!task.description.is_empty()).then(|| view! { <p class="task-description">{task.description}</p> });
    view! {
        <div class="admin-page">
            <a href=TASKS_PATH rel="external">
                {text.back()}
            </a>
            <h1>{task.title} " " <span class="tag">{status}</span></h1>
            {description}
            <dl class="facts">{facts.collect_view()}</dl>
        </div>
    }
}
