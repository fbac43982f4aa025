//! PostgreSQL: one database, one schema and one role per service.
//!
//! One configured address serves every pool: the login role takes on the service's role when a connection opens, so a service
//! cannot touch another's tables whatever statement it sends.

mod failure;
mod migrate;
mod schema;

use std::{io, str::FromStr as _, time::Duration};

use contracts::ServiceError;
use sqlx::{
    ConnectOptions as _, PgConnection, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use self::{
    failure::{Failure, on_constraint},
    migrate::{MigrationFailed, migrate},
    schema::{BUS, Role, Schema},
};
use crate::config;

/// How long a request waits for a free connection before it is told that the service is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the whole of a short transaction may take, with the connection it needs: longer than PostgreSQL's own limits, because it is
/// only for a server that does not answer any more.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// How long one statement may run: shorter than the lease of a delivery too. Nothing that a person waits for takes longer; what does
/// is a mistake or an attack.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(12);

/// How long a transaction may do nothing. Shorter than the lease of a delivery: a worker that is paused in the middle of an attempt
/// gives its locks back before another begins.
const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement may wait for a lock. Shorter than the time an attempt may take, so that the attempt can say why it failed.
const LOCK_TIMEOUT: Duration = Duration::from_secs(8);

/// Has the planner go by indexes. What cannot looks so expensive then that it would be compiled, which takes longer than the statement.
const BY_INDEX: [(&str, &str); 5] =
    [("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"), ("jit", "off")];

/// The database as the login role reaches it; the pools of the services derive from it.
#[derive(Debug, Clone)]
pub struct Database {
    login: PgConnectOptions,
    connections_max: u32,
}

impl Database {
    /// Reads the address. Nothing is connected yet.
    pub fn new(url: &config::ConnectionUrl, connections_max: u32) -> Result<Self, sqlx::Error> {
        Ok(Self { login: PgConnectOptions::from_str(url.expose())?, connections_max })
    }

    /// A pool whose connections act as `role`. It connects when it is first used and reconnects by itself.
    #[must_use]
    pub fn pool(&self, role: Role) -> PgPool {
        self.pool_with(self.act_as_within_limits(role))
    }

    /// One connection that acts as `role`, for what belongs to a session of PostgreSQL.
    pub(crate) async fn connect(&self, role: Role) -> sqlx::Result<PgConnection> {
        self.act_as_within_limits(role).connect().await
    }

    /// One connection that reads everything and changes nothing, for an audit: it may take its time.
    ///
    /// Its statements are not compiled: with a million entries, that would take a fifth of the time of the largest ones.
    pub async fn connect_auditor(&self) -> sqlx::Result<PgConnection> {
        self.act_as(Role::Auditor).options([("jit", "off")]).connect().await
    }

    /// A pool whose statements find their rows by an index and one after the other. The planner's own choice would go by statistics that are
    /// a minute old, and a table that was empty then may hold a hundred thousand rows now: it would go through all of them each time.
    #[must_use]
    pub fn pool_by_index(&self, role: Role) -> PgPool {
        self.pool_with(self.act_as_within_limits(role).options(BY_INDEX))
    }

    /// A pool for the bookkeeping of the bus, whose commits need not be on the disk when they are confirmed. What a crash of
    /// PostgreSQL takes back of it is done again; the order of commits holds, so no effect of a service outlives what led to it.
    /// Its statements find their rows [by an index](Self::pool_by_index).
    #[must_use]
    pub fn bookkeeping_pool(&self) -> PgPool {
        self.pool_with(self.act_as_within_limits(Role::Bus).options(BY_INDEX).options([("synchronous_commit", "off")]))
    }

    fn pool_with(&self, options: PgConnectOptions) -> PgPool {
        PgPoolOptions::new()
            .max_connections(self.connections_max)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_release(|connection, _| Box::pin(is_between_transactions(connection)))
            .connect_lazy_with(options)
    }

    fn act_as_within_limits(&self, role: Role) -> PgConnectOptions {
        self.act_as(role).options([
            ("statement_timeout", STATEMENT_TIMEOUT.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT.as_millis().to_string()),
            ("lock_timeout", LOCK_TIMEOUT.as_millis().to_string()),
        ])
    }

    fn act_as(&self, role: Role) -> PgConnectOptions {
        self.login.clone().application_name(role.name()).options([("role", role.name())])
    }
}

/// Whether a connection that was given back may be used again. One whose `BEGIN` was abandoned while it was on its way (a request was
/// broken off, an attempt took too long) is in a transaction that sqlx does not know of: what the next one writes would not be
/// committed, so it is closed instead. Within a transaction time stands still.
async fn is_between_transactions(connection: &mut PgConnection) -> sqlx::Result<bool> {
    // As one message: each of a prepared statement's messages has its own statement_timestamp().
    answered(sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection)).await?.try_get(0)
}

/// What the database answers, or that it does not answer any more: a server that has lost its power breaks no connection off.
pub async fn answered<T, E: From<sqlx::Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let in_vain = |_| Err(sqlx::Error::from(io::Error::from(io::ErrorKind::TimedOut)).into());
    tokio::time::timeout(ANSWER_MAX, Box::pin(work)).await.unwrap_or_else(in_vain)
}

/// Whether the database was out of reach, rather than unwilling.
#[must_use]
pub fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(answer) => answer.code().is_some_and(|code| match &*code {
            // The disk is full, there are too many connections, a disk fails.
            "53100" | "53300" | "58030" => true,
            // A statement took too long.
            "57014" => false,
            // The connection is broken; the server is being stopped, or starts.
            code => code.starts_with("08") || code.starts_with("57"),
        }),
        _ => false,
    }
}

/// Turns a database failure that no caller can mend into the answer for the caller, and logs what it was.
///
/// `operation` names what was tried, in words that an operator finds in the code.
pub fn unavailable(operation: &'static str) -> impl Fn(sqlx::Error) -> ServiceError {
    move |error| {
        tracing::error!(operation, %error, "the database failed");
        ServiceError::Unavailable
    }
}
