#[cfg(feature = "ssr")]
use std::collections::HashMap;

use contracts::TaskId;
#[cfg(feature = "ssr")]
use contracts::{
    Actor, Caller, ServiceError,
    accounting::{Accounting, TaskPrice},
    reassign::{MAY_REASSIGN, Reassign, ReassignShare},
    tracker::{SearchText, TASKS_PAGE_MAX, Task, TaskOrder, TaskQuery, TaskStatus, Tracker},
};
#[cfg(feature = "ssr")]
use i18n::integer;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{
    markup, news,
    query::{SHOWN_MAX, TaskListQuery},
};
use crate::{error::AppError, json::Json};
#[cfg(feature = "ssr")]
use crate::{
    i18n::{CompanyTimeZone, Text, text, written_time},
    preferences::Preferences,
    reassign::Progress,
    service::service,
    session::CurrentSession,
};

// One more is asked for: it tells whether there is a next part.
#[cfg(feature = "ssr")]
const _: () = assert!(SHOWN_MAX < TASKS_PAGE_MAX, "the tracker gives less at once than the page needs");

/// A part of the caller's tasks, as markup: the browser's code need not know how it is made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct TaskList {
    pub(super) tasks: Vec<OwnTask>,
    /// Open or finished ones, and how many there are of each.
    pub(super) tabs: String,
    /// What is looked for, and in which order. It changes with the address only, so nobody loses what they are typing.
    pub(super) filter: String,
    /// What came of creating or finishing a task, where the address asks for it.
    pub(super) news: String,
    /// What the last reassignment changed; and that there is nothing to show.
    pub(super) notices: String,
    /// The ways to more of it.
    pub(super) ways: String,
    /// What the keys do.
    pub(super) keys: String,
}

/// A task as its assignee sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnTask {
    pub(super) task_id: TaskId,
    pub(super) markup: String,
    /// What the button says that finishes it; nothing where it is finished.
    pub(super) finish: Option<String>,
}

/// The tasks of the caller that the page's address asks for.
#[server(endpoint = "own_tasks", input = GetUrl, output = Json)]
pub(super) async fn own_tasks(query: String) -> Result<TaskList, AppError> {
    let session = CurrentSession::required()?;
    let caller = session.caller();
    provide_context(Preferences::current());
    let wanted = TaskListQuery::read(&query);
    let asked = TaskQuery {
        status: if wanted.done { TaskStatus::Done } else { TaskStatus::InProgress },
        search: SearchText::parse(&wanted.search).map_err(ServiceError::Invalid)?,
        order: if wanted.oldest { TaskOrder::Oldest } else { TaskOrder::Newest },
        after: wanted.after,
        limit: wanted.shown + 1,
    };
    let tracker = service::<dyn Tracker>();
    let mut tasks = tracker.own_tasks(caller, asked).await?;
    let counts = tracker.own_counts(caller).await?;
    let has_more = tasks.len() > wanted.shown;
    tasks.truncate(wanted.shown);
    let news = match wanted.news_of {
        Some(task_id) => news::of(task_id, caller).await?,
        None => None,
    };
    let reassigned = if wanted.done || wanted.after.is_some() { None } else { reassigned(caller).await };
    let last = tasks.last().map(|task| task.task_id);
    Ok(TaskList {
        tabs: markup::tabs(&wanted, counts),
        filter: markup::filter(&wanted),
        news: markup::notice(news),
        notices: running(caller).await
            + &markup::notice(reassigned)
            + &if last.is_none() { markup::nothing(&wanted, caller.role) } else { String::new() },
        ways: markup::ways(&wanted, last.filter(|_| has_more)),
        keys: markup::keys(),
        tasks: written(tasks).await?,
    })
}

/// How far the reassign run is that is running, for those who may start one.
#[cfg(feature = "ssr")]
async fn running(caller: Caller) -> String {
    if !MAY_REASSIGN.contains(&caller.role) {
        return String::new();
    }
    // Without it the list is the same.
    let run = service::<dyn Reassign>().running(Actor::Employee(caller)).await.ok().flatten();
    run.map(|run| view! { <Progress run /> }.to_html()).unwrap_or_default()
}

/// What the last reassignment changed for the caller, as long as that is news; nothing where it changed nothing.
#[cfg(feature = "ssr")]
async fn reassigned(caller: Caller) -> Option<String> {
    // Without it the list is the same.
    let (run, share) = service::<dyn Reassign>().own_share(caller).await.ok().flatten()?;
    let ReassignShare { gained, lost } = share;
    let (locale, zone) = (Preferences::current().locale, CompanyTimeZone::current());
    let text = Text::from(locale).tasks();
    let ended_at = run.finished_at.filter(|_| gained != 0 || lost != 0)?;
    let count = |count: i64| integer(locale, count.unsigned_abs());
    Some(text.reassigned(&count(gained), &count(lost), &written_time(zone.local(ended_at), locale)))
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
    let prices: HashMap<TaskId, TaskPrice> = prices.into_iter().map(|price| (price.task_id, price)).collect();
    let own_task = |task: Task| OwnTask {
        task_id: task.task_id,
        finish: (task.status == TaskStatus::InProgress).then(|| text().tasks().finish_task(&task.title)),
        markup: markup::task(&task, prices.get(&task.task_id)),
    };
    Ok(tasks.into_iter().map(own_task).collect())
}
