use std::time::{Duration, Instant};

use sqlx::PgPool;

/// How often one looks whether everything is quiet.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How often those that are not finished are counted. With a long backlog that is work, and benchmarks wait for quiet too.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);

/// How many unfinished deliveries an error names: enough to see what they have in common.
const NAMED_MAX: i64 = 20;

/// The deliveries that have not come to an end, as part of a statement.
macro_rules! unfinished {
    () => {
        "bus.delivery WHERE status IN ('waiting', 'dispatched', 'parked')"
    };
}

/// A delivery that has not come to an end.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Unfinished {
    /// Which one.
    pub delivery_id: i64,
    /// Whose it is.
    pub subscription: String,
    /// How far it is.
    pub status: String,
    /// How often it was handed out.
    pub dispatch_no: i32,
    /// How many attempts failed or died.
    pub failures: i32,
    /// What it waits for, if it does.
    pub awaits: Option<String>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// In how many seconds it is due, or its lease ends.
    pub due_in_seconds: i64,
}

/// Why there is no quiet.
#[derive(Debug, thiserror::Error)]
pub enum NotQuiet {
    /// Nothing has been finished for too long.
    #[error("nothing was finished for {patience:?}, and {count} deliveries are not; the first: {first:#?}")]
    Stuck {
        /// How long was waited for the next to be finished.
        patience: Duration,
        /// How many are left.
        count: i64,
        /// The oldest of them.
        first: Vec<Unfinished>,
    },
    /// The deliveries cannot be looked at.
    #[error("the deliveries cannot be read: {0}")]
    Database(#[from] sqlx::Error),
}

/// Waits until every delivery is done, dead or discarded. Gives up when for `patience` none more is.
pub async fn wait_for_quiet(owner: &PgPool, patience: Duration) -> Result<(), NotQuiet> {
    let (mut last, mut since, mut next_count) = (i64::MAX, Instant::now(), Instant::now());
    while sqlx::query_scalar(concat!("SELECT EXISTS (SELECT FROM ", unfinished!(), ")")).fetch_one(owner).await? {
        if next_count <= Instant::now() {
            next_count = Instant::now() + COUNT_INTERVAL;
            let count = sqlx::query_scalar(concat!("SELECT count(*) FROM ", unfinished!())).fetch_one(owner).await?;
            if count != last {
                (last, since) = (count, Instant::now());
            } else if since.elapsed() > patience {
                return Err(NotQuiet::Stuck { patience, count, first: first_unfinished(owner).await? });
            }
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

async fn first_unfinished(owner: &PgPool) -> sqlx::Result<Vec<Unfinished>> {
    sqlx::query_as(
        "SELECT delivery_id, subscription, status, dispatch_no, failures, awaits, last_error,
             extract(epoch FROM due_at - now())::bigint AS due_in_seconds
         FROM bus.delivery WHERE status IN ('waiting', 'dispatched', 'parked') ORDER BY delivery_id LIMIT $1",
    )
    .bind(NAMED_MAX)
    .fetch_all(owner)
    .await
}
