//! The private PostgreSQL and Redis of an installation that has no `DATABASE_URL` and `REDIS_URL` of its own.
//!
//! For Linux: processes are recognised through `/proc`.
//!
//! [`Servers::start`] finds the machine's binaries, initialises a data folder, starts both servers or reuses those that already
//! run there, and hands out their URLs. [`ThrowAway`] is the same for tests and tools: it vanishes with the process that made it.
//!
//! # Who starts, who stops
//!
//! The servers belong to the data folder, not to a process. Each process of ours holds a shared lock on it (`locks.rs`); the
//! last one out stops the servers cleanly. A process that is killed loses its lock to the kernel: the servers stay, and the next
//! start reuses them. They live in process groups of their own, so Ctrl-C in a terminal reaches the program alone, and the
//! program can finish its work on servers that are still there.
//!
//! # Who can connect
//!
//! Only the owner of the installation. Both servers listen on Unix sockets and on no TCP port ("port in use" cannot happen), in a
//! folder with mode 0700 that must belong to the account the servers run under. The kernel asks for a right to that folder before
//! PostgreSQL or Redis see a connection, so PostgreSQL "trusts" whoever arrives: a password would lie in the same folder.
//!
//! # Who the servers run as
//!
//! As the user who starts them; PostgreSQL refuses to run as root, so a process of root runs both under the account `postgres`
//! (`account.rs`).

mod account;
mod binaries;
mod cluster;
mod error;
mod folders;
mod locks;
mod options;
mod postgres;
mod postgres_client;
mod process;
mod redis;
mod settings;
pub mod throw_away;
mod url;
mod wait;

use std::fs;

pub use error::EmbeddedError;
pub use options::{Durability, Options};
pub use throw_away::ThrowAway;

use account::Account;
use folders::DataFolder;
use locks::{InUse, Transition};
use postgres::{Found, Postgres};
use redis::Redis;

/// The name of the PostgreSQL superuser and of the database.
///
/// A superuser, because the installation creates the roles of the services in its own cluster; the services' pools then step down
/// to those roles.
pub const DATABASE_NAME: &str = "ates";

/// This process's use of the private servers of one data folder.
///
/// Keep it as long as the URLs are used. Dropping it is [`Servers::stop`] without the outcome.
#[derive(Debug)]
pub struct Servers {
    postgres: Postgres,
    redis: Redis,
    data: DataFolder,
    /// `None` once stopped.
    in_use: Option<InUse>,
}

/// What [`Servers::stop`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOutcome {
    /// This was the last user: both servers are stopped cleanly.
    Stopped,
    /// Another process, or another [`Servers`] of this one, still uses them.
    LeftRunningForOthers,
}

impl Servers {
    /// Starts both servers of the data folder, or reuses those that run, and returns when both answer.
    ///
    /// The first start in a folder initialises it (a few seconds). Blocks while another process starts or stops the same servers.
    pub fn start(options: &Options) -> Result<Self, EmbeddedError> {
        let account = Account::for_servers()?;
        let data = DataFolder::open(&options.data_folder, &account)?;
        let transition = Transition::begin(data.path())?;
        let in_use = InUse::open(data.path())?;
        let alone = in_use.try_alone(&transition)?;

        let sockets = data.socket_folder(options.runtime_folder.as_deref(), &account)?;
        let postgres = Postgres::new(&data, &sockets, &account, options)?;
        let redis = Redis::new(&data, &sockets, &account, options)?;
        let found = postgres.ensure_running(alone)?;
        if let Err(error) = redis.ensure_running(alone) {
            if alone && found == Found::Stopped {
                // Nobody asked for half an installation. The error above is the one to report.
                let _ = postgres.stop();
            }
            return Err(error);
        }
        in_use.share(&transition)?;
        Ok(Self { postgres, redis, data, in_use: Some(in_use) })
    }

    /// The URL of the database, for a superuser, over the Unix socket: `postgres://ates@%2Frun%2Fates-1a2b3c4d:5432/ates`.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.postgres.url()
    }

    /// The URL of Redis over its Unix socket, in the form the `redis` crate reads: `redis+unix:///run/ates-1a2b3c4d/redis.sock`.
    #[must_use]
    pub fn redis_url(&self) -> String {
        self.redis.url()
    }

    /// Ends this use; the last user stops both servers and returns when they are gone.
    ///
    /// Bounded in time, also when a server hangs: it is then stopped by force and the error says so.
    pub fn stop(mut self) -> Result<StopOutcome, EmbeddedError> {
        self.leave()
    }

    fn leave(&mut self) -> Result<StopOutcome, EmbeddedError> {
        let Some(in_use) = self.in_use.take() else {
            return Ok(StopOutcome::Stopped);
        };
        let transition = Transition::begin(self.data.path())?;
        if !in_use.try_alone(&transition)? {
            return Ok(StopOutcome::LeftRunningForOthers);
        }
        // Both, also when the first one does not stop cleanly.
        let redis_stopped = self.redis.stop();
        self.postgres.stop().and(redis_stopped)?;
        // Empty by now; what else somebody put there is not ours to remove.
        let _ = fs::remove_dir(self.postgres.socket_folder());
        Ok(StopOutcome::Stopped)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // Who wants to know calls `stop`. The kernel frees the locks in any case.
        let _ = self.leave();
    }
}
