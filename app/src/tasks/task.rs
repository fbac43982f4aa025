use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    ServiceError, TaskId, UserId,
    accounting::{Accounting, TaskPrice},
    auth::Directory,
    tracker::{TaskHistory, TaskStatus, Tracker},
};
use i18n::{Amount, integer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{TASKS_PATH, description::markup_of};
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
            Ok(found) => Made { title: found.history.task.title.clone(), markup: view! { <WholeTask found /> }.to_html() },
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => Made { title: text().tasks().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() },
        }
    })
}

/// What has become of a task, with what other services know of it.
#[derive(Debug, Clone)]
struct FoundTask {
    history: TaskHistory,
    /// Nobody where auth does not answer.
    people: HashMap<UserId, String>,
    /// Nothing as long as no price is drawn, or where accounting does not answer.
    price: Option<TaskPrice>,
}

impl FoundTask {
    async fn find(task_id: Option<TaskId>) -> Result<Self, ServiceError> {
        let task_id = task_id.ok_or(ServiceError::NotFound)?;
        let history = service::<dyn Tracker>().history(task_id).await?;
        let mut user_ids: Vec<UserId> = history.assignments.iter().map(|assignment| assignment.assignee_user_id).collect();
        user_ids.extend([history.creator_user_id, history.task.assignee_user_id]);
        user_ids.sort_unstable();
        user_ids.dedup();
        let people = service::<dyn Directory>().users(&user_ids).await.unwrap_or_default();
        let people = people.into_iter().map(|user| (user.user_id, user.display_name)).collect();
        let price = service::<dyn Accounting>().prices(&[task_id]).await.ok().and_then(|mut prices| prices.pop());
        Ok(Self { history, people, price })
    }

    fn name(&self, user_id: UserId) -> Option<String> {
        self.people.get(&user_id).cloned()
    }

    /// What happened, the newest first, and when.
    fn story(&self) -> Vec<(DateTime<Utc>, String)> {
        let text = text().tasks().story();
        let TaskHistory { task, creator_user_id, assignments, .. } = &self.history;
        let by = |user_id, written: &dyn Fn(&str) -> String, otherwise: &str| {
            self.name(user_id).map_or_else(|| otherwise.to_owned(), |name| written(&name))
        };
        let resolved = task.resolution_time.map(|at| (at, by(task.assignee_user_id, &|name| text.resolved_by(name), text.resolved())));
        let assigned = assignments.iter().map(|assignment| {
            let user_id = assignment.assignee_user_id;
            let what = match assignment.run_id {
                Some(_) => by(user_id, &|name| text.reassigned_to(name), text.reassigned()),
                None => by(user_id, &|name| text.assigned_to(name), text.assigned()),
            };
            (assignment.assigned_at, what)
        });
        let created = (task.creation_time, by(*creator_user_id, &|name| text.created_by(name), text.created()));
        resolved.into_iter().chain(assigned).chain([created]).collect()
    }
}

#[component]
fn WholeTask(found: FoundTask) -> impl IntoView {
    let story = found.story();
    let text = text().tasks();
    let assignee = found.name(found.history.task.assignee_user_id);
    let FoundTask { history, price, .. } = found;
    let TaskHistory { task, assigned_times, assignments, .. } = history;
    let amount = |money| Amount(money).written(locale());
    let (status, has_it, pays) = match task.status {
        TaskStatus::InProgress => (text.is_open(), text.assignee(), text.reward()),
        TaskStatus::Done => (text.is_done(), text.resolver(), text.paid()),
    };
    let facts = [
        (text.number(), Some(task.task_id.to_string())),
        (has_it, assignee),
        (text.created_at(), Some(shown_time(task.creation_time))),
        (text.assigned_times(), Some(integer(locale(), assigned_times))),
        (text.fee(), price.map(|price| amount(price.assign_fee))),
        (pays, price.map(|price| amount(price.resolve_price))),
    ];
    let facts = facts.into_iter().filter_map(|(term, fact)| {
        Some(view! {
            <div>
                <dt>{term}</dt>
                <dd>{fact?}</dd>
            </div>
        })
    });
    let description =
        (!task.description.is_empty()).then(|| view! { <p class="task-description" inner_html=markup_of(&task.description)></p> });
    // The first assignment is that of the creation.
    let left_out = assigned_times.saturating_sub(assignments.len() as u64);
    let left_out = (left_out > 0).then(|| view! { <p class="field-hint">{text.story().left_out(left_out)}</p> });
    let story = story.into_iter().map(|(at, what)| {
        view! {
            <li>
                <time datetime=at.to_rfc3339()>{shown_time(at)}</time>
                " "
                {what}
            </li>
        }
    });
    view! {
        <div class="admin-page">
            <a href=TASKS_PATH rel="external">
                {text.back()}
            </a>
            <h1>{task.title} " " <span class="tag">{status}</span></h1>
            {description}
            <dl class="facts">{facts.collect_view()}</dl>
            <section aria-labelledby="story">
                <h2 id="story">{text.story().headline()}</h2>
                <ul class="story">{story.collect_view()}</ul>
                {left_out}
            </section>
        </div>
    }
}
