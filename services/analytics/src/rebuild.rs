//! Building the read models once more, from the stored events, beside those that pages show.
//!
//! From its start on, reactions write to both generations, so what is delivered meanwhile is in the new one, too. The rebuild itself goes through
//! what was delivered before, a page at a time, with the functions by which reactions write: what comes twice has its effect once, and the
//! order does not matter. At last both are compared and the new one goes live, in a transaction that no reaction runs beside.

use std::time::Duration;

use contracts::{
    AccountLogChange, Event, EventId, Fact, ManagerIncomeByDayChange, RebuildId, Subscription, TaskId, UserId, analytics::RebuildStatus,
};
use platform::bus::{self, ReactionError, Remedy};

use crate::{
    Analytics,
    reactions::{account_log_change, dashboard_changed, task_resolve},
    storage::{self, generation::Generation},
};

/// The subscriptions whose events the read models are made of.
const SUBSCRIPTIONS: [Subscription; 3] =
    [Subscription::AnalyticsManagerIncomeByDayChange, Subscription::AnalyticsAccountLogChange, Subscription::AnalyticsTaskResolve];

/// How many events are applied in one transaction: some tenths of a second, for which reactions may have to wait.
const PAGE_SIZE: i32 = 5_000;

/// How often steps are tried again when the database fails them: for a deadlock with a reaction, for a lock, for a connection that was cut.
const RETRIES_MAX: u32 = 5;

/// The pause before that.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// After how long without progress the process of a rebuild is taken for dead: many times what a page takes.
const HEARTBEAT_AGE_MAX: Duration = Duration::from_mins(1);

/// Begins a rebuild, with nothing in the generation that is not live. Nothing where one is running.
pub(crate) async fn begin(analytics: &Analytics, started_by: Option<UserId>) -> sqlx::Result<Option<RebuildId>> {
    let mut transaction = analytics.pool.begin().await?;
    let events_total = bus::event_count(&mut transaction, &SUBSCRIPTIONS).await?;
    storage::rebuild::end_abandoned(&mut transaction, HEARTBEAT_AGE_MAX).await?;
    let Some(rebuild_id) = storage::rebuild::insert(&mut transaction, started_by, events_total).await? else { return Ok(None) };
    // Reactions that write to one generation only have ended, with what the pages are to find; those to come write to both.
    storage::generation::lock(&mut transaction).await?;
    storage::generation::clear_idle(&mut transaction).await?;
    transaction.commit().await?;
    Ok(Some(rebuild_id))
}

/// Carries a rebuild through. How it ended is stored.
pub(crate) async fn run(analytics: Analytics, rebuild_id: RebuildId) {
    match rebuild(&analytics, rebuild_id).await {
        Ok(difference) => tracing::info!(%rebuild_id, difference, "rebuild done"),
        Err(RebuildError::Superseded) => tracing::warn!(%rebuild_id, "rebuild was taken for dead"),
        Err(error) => {
            tracing::error!(%rebuild_id, %error, "rebuild failed");
            if let Err(error) = give_up(&analytics, rebuild_id).await {
                // The next one finds that this one does not get on.
                tracing::error!(%rebuild_id, %error, "that a rebuild failed cannot be stored");
            }
        }
    }
}

/// Why a rebuild was broken off.
#[derive(Debug, thiserror::Error)]
enum RebuildError {
    /// It took so long that somebody else ended it.
    #[error("the rebuild is no longer running")]
    Superseded,
    /// An event could not be applied.
    #[error(transparent)]
    Reaction(#[from] ReactionError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl RebuildError {
    /// Whether the same may succeed a moment later.
    fn may_pass(&self) -> bool {
        match self {
            Self::Superseded => false,
            Self::Reaction(error) => error.remedy() != Remedy::GiveUp,
            Self::Database(_) => true,
        }
    }
}

async fn rebuild(analytics: &Analytics, rebuild_id: RebuildId) -> Result<Option<String>, RebuildError> {
    let generation = storage::generation::live(&analytics.pool).await?.other();
    let (mut after, mut retries) = (None, Retries { left: RETRIES_MAX });
    loop {
        match read_page(analytics, rebuild_id, generation, after).await {
            Ok(Some(last)) => {
                after = Some(last);
                // Whoever watches sees how far it is.
                analytics.outbox.committed(dashboard_changed());
            }
            Ok(None) => break,
            Err(error) => retries.pause_after(error).await?,
        }
    }
    loop {
        match go_live(analytics, rebuild_id).await {
            Err(error) => retries.pause_after(error).await?,
            difference => return difference,
        }
    }
}

/// How often steps may still be tried again. Each is one transaction.
struct Retries {
    left: u32,
}

impl Retries {
    /// Waits a moment before the step is tried again; the error where that is of no use.
    async fn pause_after(&mut self, error: RebuildError) -> Result<(), RebuildError> {
        if self.left == 0 || !error.may_pass() {
            return Err(error);
        }
        self.left -= 1;
        tracing::warn!(%error, "a step of a rebuild is tried again");
        tokio::time::sleep(RETRY_PAUSE).await;
        Ok(())
    }
}

/// Applies the events after `after`. Answers the last one; nothing: there were none.
async fn read_page(
    analytics: &Analytics,
    rebuild_id: RebuildId,
    generation: Generation,
    after: Option<EventId>,
) -> Result<Option<EventId>, RebuildError> {
    let events = {
        let mut connection = analytics.pool.acquire().await?;
        bus::applied_events(&mut connection, &SUBSCRIPTIONS, after, PAGE_SIZE).await?
    };
    let Some(last) = events.last().map(|event| event.event_id) else { return Ok(None) };
    let resolved: Vec<TaskId> = events.iter().filter_map(resolved_task).collect();
    let prices = task_resolve::resolve_prices(&*analytics.accounting, &resolved).await?;
    let remarkable: Vec<_> = events.iter().filter_map(|event| task_resolve::remarkable(event, &prices)).collect();
    let incomes: Vec<&ManagerIncomeByDayChange> = events.iter().filter_map(income).collect();
    let entries: Vec<&AccountLogChange> = events.iter().filter_map(entry).collect();

    let mut transaction = analytics.pool.begin().await?;
    if !storage::rebuild::advance(&mut transaction, rebuild_id, events.len(), resolved.len() - remarkable.len()).await? {
        return Err(RebuildError::Superseded);
    }
    account_log_change::count(&mut transaction, generation, &entries).await?;
    storage::company_data_by_day::take_over_income(&mut transaction, generation, &incomes).await?;
    storage::remarkable_task_by_day::keep_most_expensive(&mut transaction, generation, &remarkable).await?;
    transaction.commit().await?;
    Ok(Some(last))
}

/// Compares both generations, and makes the new one the live one. Answers in what they differed.
async fn go_live(analytics: &Analytics, rebuild_id: RebuildId) -> Result<Option<String>, RebuildError> {
    let mut transaction = analytics.pool.begin().await?;
    // The rebuild before the generations, as when one begins.
    if !storage::rebuild::advance(&mut transaction, rebuild_id, 0, 0).await? {
        return Err(RebuildError::Superseded);
    }
    let live = storage::generation::lock(&mut transaction).await?;
    let difference = storage::company_data_by_day::first_difference(&mut transaction, live).await?;
    storage::rebuild::end(&mut transaction, rebuild_id, RebuildStatus::Done, difference.as_deref()).await?;
    storage::generation::go_live(&mut transaction, live.other()).await?;
    transaction.commit().await?;
    analytics.outbox.committed(dashboard_changed());
    Ok(difference)
}

async fn give_up(analytics: &Analytics, rebuild_id: RebuildId) -> sqlx::Result<()> {
    let mut connection = analytics.pool.acquire().await?;
    storage::rebuild::end(&mut connection, rebuild_id, RebuildStatus::Failed, None).await?;
    analytics.outbox.committed(dashboard_changed());
    Ok(())
}

/// Ends a rebuild whose process has died, so that nobody waits for it and reactions write to one generation again.
pub(crate) async fn end_abandoned(analytics: &Analytics) -> sqlx::Result<()> {
    let mut connection = analytics.pool.acquire().await?;
    storage::rebuild::end_abandoned(&mut connection, HEARTBEAT_AGE_MAX).await
}

fn income(event: &Event) -> Option<&ManagerIncomeByDayChange> {
    match &event.fact {
        Fact::ManagerIncomeByDayChange(change) => Some(change),
        _ => None,
    }
}

fn entry(event: &Event) -> Option<&AccountLogChange> {
    match &event.fact {
        Fact::AccountLogChange(change) => Some(change),
        _ => None,
    }
}

fn resolved_task(event: &Event) -> Option<TaskId> {
    match &event.fact {
        Fact::TaskResolve(resolved) => Some(resolved.task_id),
        _ => None,
    }
}
