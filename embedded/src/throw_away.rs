//! Servers for tests and tools, which vanish with the process that started them.
//!
//! "With the process" means however it ends: a test keeps its servers in a `static`, which is never dropped, or is killed. So the
//! end is left to a watchdog, a small shell process that reads from a pipe; only we hold the other end, and when we are gone the
//! kernel closes it.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{self as std_process, Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::account::Account;
use crate::folders::{DataFolder, ensure_socket_folder};
use crate::postgres::Postgres;
use crate::redis::Redis;
use crate::{Durability, EmbeddedError, Options, process, wait};

/// What the watchdog does, in words a shell understands.
const WATCHDOG: &str = include_str!("watchdog.sh");

/// Longer than the watchdog's own patience with servers that do not end.
const REMOVAL_MAX: Duration = Duration::from_secs(20);

/// Longer, and no socket fits into the folder: then `/tmp` is used instead.
const PARENT_BYTES_MAX: usize = 48;

/// A PostgreSQL, and usually a Redis, in a fresh temporary folder. All are gone soon after the process ended, or when this is dropped.
#[derive(Debug)]
pub struct ThrowAway {
    postgres: Postgres,
    redis: Option<Redis>,
    watchdog: Watchdog,
}

impl ThrowAway {
    /// Starts both servers.
    pub fn start() -> Result<Self, EmbeddedError> {
        Self::start_servers(None, true, Durability::ThrowAway)
    }

    /// Starts both servers as an installation has them, with every commit on the disk: for measuring.
    pub fn start_durable() -> Result<Self, EmbeddedError> {
        Self::start_servers(None, true, Durability::Durable)
    }

    /// Starts PostgreSQL alone, for tools that only need SQL.
    pub fn start_postgres_only() -> Result<Self, EmbeddedError> {
        Self::start_servers(None, false, Durability::ThrowAway)
    }

    /// As [`ThrowAway::start_postgres_only`], with the programs in this folder.
    pub fn start_postgres_of(bin_folder: &Path) -> Result<Self, EmbeddedError> {
        Self::start_servers(Some(bin_folder), false, Durability::ThrowAway)
    }

    fn start_servers(bin_folder: Option<&Path>, with_redis: bool, durability: Durability) -> Result<Self, EmbeddedError> {
        let account = Account::for_servers()?;
        let (watchdog, folder) = Watchdog::with_folder(&account)?;
        let postgres_bin_dir = bin_folder.map(Path::to_owned);
        let options = Options { postgres_bin_dir, durability, ..Options::new(folder.join("data")) };
        let data = DataFolder::open(&options.data_folder, &account)?;
        let sockets = ensure_socket_folder(folder.join("run"), &account)?;
        let postgres = Postgres::new(&data, &sockets, &account, &options)?;
        let redis = if with_redis { Some(Redis::new(&data, &sockets, &account, &options)?) } else { None };
        watchdog.guard(|| {
            postgres.ensure_running(true)?;
            redis.as_ref().map_or(Ok(()), |redis| redis.ensure_running(true))
        })?;
        Ok(Self { postgres, redis, watchdog })
    }

    /// As [`crate::Servers::database_url`].
    #[must_use]
    pub fn database_url(&self) -> String {
        self.postgres.url()
    }

    /// As [`crate::Servers::redis_url`]; `None` after [`ThrowAway::start_postgres_only`].
    #[must_use]
    pub fn redis_url(&self) -> Option<String> {
        self.redis.as_ref().map(Redis::url)
    }

    /// The socket that PostgreSQL listens on, for tools that stand between it and its clients.
    #[must_use]
    pub fn postgres_socket(&self) -> PathBuf {
        self.postgres.socket()
    }

    /// The socket that Redis listens on; `None` after [`ThrowAway::start_postgres_only`].
    #[must_use]
    pub fn redis_socket(&self) -> Option<PathBuf> {
        self.redis.as_ref().map(|redis| redis.socket().to_owned())
    }

    /// What PostgreSQL logs: it vanishes with the servers, so whoever wants to read it later copies it.
    #[must_use]
    pub fn postgres_log(&self) -> PathBuf {
        self.postgres.log().to_owned()
    }

    /// Stops Redis, for a test of what happens then. Its data stays.
    pub fn stop_redis(&self) -> Result<(), EmbeddedError> {
        self.redis.as_ref().map_or(Ok(()), Redis::stop)
    }

    /// Starts Redis again, under the same URL and with its data.
    pub fn start_redis(&self) -> Result<(), EmbeddedError> {
        self.watchdog.guard(|| self.redis.as_ref().map_or(Ok(()), |redis| redis.ensure_running(true)))
    }

    /// Lets Redis stand still, connections and all, as on a machine that hangs: it refuses nobody and answers nobody.
    pub fn pause_redis(&self) -> Result<(), EmbeddedError> {
        self.redis.as_ref().map_or(Ok(()), Redis::pause)
    }

    /// Lets a paused Redis go on where it stood.
    pub fn resume_redis(&self) -> Result<(), EmbeddedError> {
        self.redis.as_ref().map_or(Ok(()), Redis::resume)
    }

    /// Ends PostgreSQL as a crash would, all its sessions with it. What was committed stays.
    pub fn crash_postgres(&self) -> Result<(), EmbeddedError> {
        self.postgres.stop_at_once()
    }

    /// Starts PostgreSQL again, under the same URL and with its data.
    pub fn start_postgres(&self) -> Result<(), EmbeddedError> {
        self.watchdog.guard(|| self.postgres.ensure_running(true).map(|_| ()))
    }
}

/// The process that outlives us to remove the servers.
#[derive(Debug)]
struct Watchdog {
    child: Child,
}

impl Watchdog {
    /// A watchdog, and the fresh folder that it has made and will remove: one with a short name, through which the servers' account can pass.
    fn with_folder(account: &Account) -> Result<(Self, PathBuf), EmbeddedError> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let configured = std::env::temp_dir();
        let parent = if configured.as_os_str().len() > PARENT_BYTES_MAX { PathBuf::from("/tmp") } else { configured };
        let parent = parent.canonicalize().map_err(EmbeddedError::file("find", &parent))?;
        loop {
            let folder = parent.join(format!("ates-throw-away-{}-{}", std_process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
            // Of an earlier process with the same number, whose watchdog was killed too.
            if !folder.exists() {
                return Self::start(&folder, account.outer_folder_mode()).map(|watchdog| (watchdog, folder));
            }
        }
    }

    /// Before the first server, so that none is ever without it.
    fn start(folder: &Path, mode: u32) -> Result<Self, EmbeddedError> {
        // Started as ourselves, not under the servers' account: it also removes what is ours.
        let mut command = process::command(Path::new("/bin/sh"), None);
        command.args(["-c", WATCHDOG, "throw-away-watchdog"]).arg(folder).arg(format!("{mode:o}"));
        // A pipe of its own for what it says: whoever reads our output to its end must not wait for the watchdog.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|source| EmbeddedError::NotRunnable { program: "/bin/sh".into(), source })?;
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut said).map_err(EmbeddedError::file("make", folder))?;
        }
        match said.trim_end() {
            "made" => Ok(Self { child }),
            reason => Err(EmbeddedError::file("make", folder)(io::Error::other(reason.to_owned()))),
        }
    }

    /// Lets the watchdog know that a server is starting, so that it looks for it longer should we end in between.
    fn guard<T>(&self, start: impl FnOnce() -> Result<T, EmbeddedError>) -> Result<T, EmbeddedError> {
        self.tell("starting\n")?;
        let started = start()?;
        self.tell("started\n")?;
        Ok(started)
    }

    fn tell(&self, state: &str) -> Result<(), EmbeddedError> {
        let told = self.child.stdin.as_ref().map_or(Ok(()), |mut stdin| stdin.write_all(state.as_bytes()));
        told.map_err(EmbeddedError::file("write to", "the watchdog of the throw-away servers"))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // The end of the pipe is the sign. Waiting is a courtesy: the watchdog finishes without us.
        drop(self.child.stdin.take());
        let _ = wait::until(REMOVAL_MAX, || self.child.try_wait().transpose());
    }
}
