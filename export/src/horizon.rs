//! Up to where the past is complete.
//!
//! An event's id is the time at which its transaction began, so one with an earlier id may be committed after later ones were seen. The
//! horizon is a moment a little in the past, of which all transactions that began before it have ended. From its beginning to its end
//! a transaction holds a lock on its own number (`virtualxid` in `pg_locks`, by which `CREATE INDEX CONCURRENTLY` waits too): those that
//! run *now* are noted, and waited for. A snapshot (`pg_snapshot`) would not do: a transaction is in it from its first write only, which
//! may be long after the time of its ids.
//!
//! The moment is one of the company's clock, as ids are. Once a company works that clock is not set back: the founding of a demo company,
//! which does so, is over before anything can be exported.

use std::time::Instant;

use contracts::EventId;
use platform::database::Role;
use sqlx::PgPool;
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use crate::{ExportError, Limits};

/// How often it is looked whether transactions have ended.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A moment, and the transactions that were running after it.
struct Look {
    horizon: Uuid,
    /// Each under a text that no other transaction has, and that an operator can make something of.
    running: Vec<String>,
}

/// An id before which no event will appear any more. Waits until it is so.
pub(crate) async fn settled(auditor: &PgPool, limits: &Limits) -> Result<EventId, ExportError> {
    let began = Instant::now();
    let Look { horizon, mut running } = look(auditor, limits.margin).await?;
    while !running.is_empty() {
        if began.elapsed() > limits.patience {
            return Err(ExportError::Unsettled(running.join("; ")));
        }
        sleep(POLL_INTERVAL).await;
        let still = look(auditor, limits.margin).await?.running;
        running.retain(|transaction| still.contains(transaction));
    }
    Ok(EventId(horizon))
}

/// Only sessions of the program publish, and each bears the name of its role. Others, such as a backup, may take hours and are left alone.
async fn look(auditor: &PgPool, margin: Duration) -> sqlx::Result<Look> {
    let publishers: Vec<String> = Role::ALL.into_iter().filter(|role| *role != Role::Auditor).map(|role| role.name().to_owned()).collect();
    sqlx::query_as!(
        Look,
        r#"SELECT bus.first_event_id(bus.company_now() - make_interval(secs => $1)) AS "horizon!",
               ARRAY(
                   SELECT format('transaction %s of %s, process %s of PostgreSQL', virtualxid, application_name, pid)
                   FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE locktype = 'virtualxid' AND mode = 'ExclusiveLock' AND granted
                       AND datname = current_database() AND application_name = ANY ($2)
               ) AS "running!""#,
        margin.as_secs_f64(),
        &publishers
    )
    .fetch_one(auditor)
    .await
}
