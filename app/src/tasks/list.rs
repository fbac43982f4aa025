use contracts::TaskId;
#[cfg(feature = "ssr")]
use contracts::{
    Locale, ServiceError,
    accounting::{Accounting, TaskPrice},
    tracker::{TASKS_PAGE_MAX, Task, TaskStatus, Tracker},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::news;
use crate::{error::AppError, json::Json};
#[cfg(feature = "ssr")]
use crate::{
    i18n::{Amount, CompanyTimeZone, Text, written_time},
    preferences::Preferences,
    service::service,
    session::CurrentSession,
};

/// How many tasks the page shows at once.
#[cfg(feature = "ssr")]
const TASKS_SHOWN_MAX: usize = 50;

// The tracker gives more: that tells whether there is a next part.
#[cfg(feature = "ssr")]
const _: () = assert!(TASKS_SHOWN_MAX < TASKS_PAGE_MAX, "the tracker gives no more at once than the page shows");

/// A part of the caller's tasks, newest first, written for their reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TaskList {
    pub(super) tasks: Vec<OwnTask>,
    /// Whether the list goes on.
    pub(super) goes_on: bool,
    /// What came of creating or finishing a task, where the address asks for it.
    pub(super) news: Option<String>,
}

/// A task as its assignee sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnTask {
    pub(super) task_id: TaskId,
    pub(super) title: String,
    pub(super) description: String,
    /// Its number and when it was created.
    pub(super) origin: String,
    /// What it costs and pays; nothing as long as no price is drawn.
    pub(super) price: Option<String>,
}

/// The caller's open or finished tasks, those before `before` where it is given, and what happened to `news_of`.
#[server(endpoint = "own_tasks", input = GetUrl, output = Json)]
pub(super) async fn own_tasks(done: bool, before: Option<TaskId>, news_of: Option<TaskId>) -> Result<TaskList, AppError> {
    let caller = CurrentSession::required()?.caller();
    let status = if done { TaskStatus::Done } else { TaskStatus::InProgress };
    let mut tasks = service::<dyn Tracker>().own_tasks(caller, status, before).await?;
    let goes_on = tasks.len() > TASKS_SHOWN_MAX;
    tasks.truncate(TASKS_SHOWN_MAX);
    let news = match news_of {
        Some(task_id) => news::of(task_id, caller).await?,
        None => None,
    };
    Ok(TaskList { tasks: written(tasks).await?, goes_on, news })
}

/// The tasks with their prices. Without accounting there are tasks all the same, without prices.
#[cfg(feature = "ssr")]
async fn written(tasks: Vec<Task>) -> Result<Vec<OwnTask>, AppError> {
    let task_ids: Vec<_> = tasks.iter().map(|task| task.task_id).collect();
    let prices = match service::<dyn Accounting>().prices(&task_ids).await {
        Ok(prices) => prices,
        Err(ServiceError::Unavailable) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let (locale, zone) = (Preferences::current().locale, CompanyTimeZone::current());
    let own_task = |task: Task| {
        let price = prices.iter().find(|price| price.task_id == task.task_id);
        OwnTask {
            origin: Text::from(locale).tasks().origin(&task.task_id.to_string(), &written_time(zone.local(task.creation_time), locale)),
            price: price.map(|price| written_price(price, locale)),
            task_id: task.task_id,
            title: task.title,
            description: task.description,
        }
    };
    Ok(tasks.into_iter().map(own_task).collect())
}

#[cfg(feature = "ssr")]
fn written_price(price: &TaskPrice, locale: Locale) -> String {
    Text::from(locale).tasks().price(&Amount(price.assign_fee).written(locale), &Amount(price.resolve_price).written(locale))
}
