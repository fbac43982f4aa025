//! What happened, for a data warehouse: stored events in the order of their ids, as [CloudEvents](https://cloudevents.io) 1.0.
//!
//! An export can be gone on with: the id of the last event that was written is the cursor for the next one. Nothing is left out in
//! between, because an export ends at a horizon before which no event can appear any more (`horizon.rs`). It holds one page of events at a
//! time (Parquet: one row group), and no transaction while it writes: neither a long history nor a slow reader is a burden.

mod cloud_event;
mod horizon;
mod json_lines;
mod parquet_file;
mod part_file;
mod stored;

use std::{
    io,
    time::{Duration, Instant},
};

use contracts::{BusinessDay, EventId};
use parquet::errors::ParquetError;
use platform::database::{Database, Role};
use sqlx::PgPool;
use uuid::Uuid;

pub use self::{
    cloud_event::{CloudEvent, Unreadable},
    json_lines::JsonLines,
    parquet_file::Parquet,
    part_file::PartFile,
};

/// How many events are read at once: enough to make the way to the database cheap, about a megabyte.
const PAGE_EVENTS: i64 = 1_000;

/// Events younger than this wait for the next export. It covers what the look at running transactions cannot see: the moment between a
/// transaction's start and the lock that shows it, and a clock of the database that is set back a little.
const HORIZON_MARGIN: Duration = Duration::from_secs(10);

/// How long older transactions are waited for. Those of the program end within seconds, by its own time limits.
const HORIZON_PATIENCE: Duration = Duration::from_mins(1);

/// How often an export says how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// Which events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Of this business day and later ones; nothing: from the first.
    pub from: Option<BusinessDay>,
    /// Of this business day and earlier ones; nothing: to the last. An event belongs to the day that it is booked on, so events of a day
    /// that is over may still come.
    pub to: Option<BusinessDay>,
    /// Only those after this one: the last one of an earlier export.
    pub after: Option<EventId>,
}

/// How an export goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many events are read at once.
    pub page_events: i64,
    /// Events younger than this are left to the next export.
    pub margin: Duration,
    /// How long transactions that may still bring earlier events are waited for.
    pub patience: Duration,
}

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// How many events.
    pub events: u64,
    /// The last of them: the next export goes on after it.
    pub last: Option<EventId>,
}

/// Why an export ended early. What was written until then is right, but not all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error("the events cannot be read")]
    Database(#[from] sqlx::Error),
    /// Transactions that may still bring earlier events have not ended in time.
    #[error(
        "nothing is exported yet, because transactions that may still bring earlier events have not ended ({0}): try again when they have"
    )]
    Unsettled(String),
    /// A stored event is not what it should be.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The output cannot be written.
    #[error("the events cannot be written")]
    Write(#[from] io::Error),
    /// The file cannot be made.
    #[error("the Parquet file cannot be made: {0}")]
    Parquet(ParquetError),
}

/// Where events go to.
pub trait Sink {
    /// Takes the next events.
    fn write(&mut self, events: Vec<CloudEvent>) -> Result<(), ExportError>;

    /// Writes what is still held. Without it the output is not whole.
    fn finish(self) -> Result<(), ExportError>;
}

/// Reads the selected events, as the role that may only read, and writes them to `sink`, whose [`Sink::finish`] is the caller's.
///
/// Needs the runtime with several threads: writing takes as long as the reader of the output lets it.
pub async fn export(database: &Database, selection: &Selection, limits: &Limits, sink: &mut impl Sink) -> Result<Exported, ExportError> {
    let auditor = database.pool(Role::Auditor);
    let outcome = pass_on(&auditor, selection, limits, sink).await;
    auditor.close().await;
    outcome
}

async fn pass_on(auditor: &PgPool, selection: &Selection, limits: &Limits, sink: &mut impl Sink) -> Result<Exported, ExportError> {
    let horizon = horizon::settled(auditor, limits).await?;
    let mut exported = Exported::default();
    let mut cursor = selection.start();
    let mut told_at = Instant::now();
    loop {
        let page = stored::page(auditor, cursor, horizon, limits.page_events).await?;
        let Some(last) = page.last() else { return Ok(exported) };
        cursor = EventId(last.event_id);
        let events = page.into_iter().filter(|event| selection.holds(BusinessDay(event.business_day)));
        let events = events.map(CloudEvent::try_from).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = events.last() {
            exported.events += events.len() as u64;
            exported.last = Some(last.id);
            tokio::task::block_in_place(|| sink.write(events))?;
        }
        if told_at.elapsed() >= PROGRESS_INTERVAL {
            tracing::info!(events = exported.events, cursor = %cursor, "exporting");
            told_at = Instant::now();
        }
    }
}

impl Selection {
    fn holds(&self, day: BusinessDay) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The id after which the selected events begin. What is booked on a day happens on that day or later, so no id of them is older than
    /// the beginning of `from`, wherever the company is. How late events of `to` may come is not known.
    fn start(&self) -> EventId {
        let first = self.from.map_or(Uuid::nil(), stored::id_before);
        EventId(self.after.map_or(first, |after| after.0.max(first)))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { page_events: PAGE_EVENTS, margin: HORIZON_MARGIN, patience: HORIZON_PATIENCE }
    }
}

impl ExportError {
    /// Whether the reader of the output has gone, as `head` does when it has enough: nobody's failure.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<ParquetError> for ExportError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(cause) => match cause.downcast::<io::Error>() {
                Ok(error) => Self::Write(*error),
                Err(cause) => Self::Parquet(ParquetError::External(cause)),
            },
            error => Self::Parquet(error),
        }
    }
}
