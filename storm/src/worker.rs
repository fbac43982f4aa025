//! A worker process with detours of its own to both servers.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use anyhow::{Context as _, Result};
use testbed::{Addresses, Installation, WorkerProcess, this_program};
use tokio::{sync::Mutex, time::sleep};

use crate::{clock::SteppedClock, proxy::Proxy};

/// The subcommand with which this program is a worker process.
pub(crate) const WORK: &str = "work";

/// A worker process, its connections and its clock. Each is disturbed by one fault at a time.
#[derive(Debug)]
pub(crate) struct Worker {
    process: Mutex<Option<WorkerProcess>>,
    pub(crate) postgres: Mutex<Proxy>,
    pub(crate) redis: Mutex<Proxy>,
    clock: Option<Mutex<SteppedClock>>,
    addresses: Addresses,
    log: PathBuf,
}

impl Worker {
    /// Prepares the worker of this number; its log and its clock lie in `folder`. With the library of [`crate::clock`], its clock can be stepped.
    pub(crate) async fn new(number: usize, installation: &Installation, folder: &Path, library: Option<&Path>) -> Result<Self> {
        let servers = &installation.servers;
        let postgres = Proxy::to(servers.postgres_socket()).await?;
        let redis = Proxy::to(servers.redis_socket().context("there is no Redis")?).await?;
        let addresses = Addresses {
            database_url: database_url(&postgres),
            redis_url: format!("redis://{}", redis.address()),
            ..installation.addresses.clone()
        };
        let clock = library.map(|library| SteppedClock::new(library, folder.join(format!("clock-{number}")))).transpose()?;
        Ok(Self {
            process: Mutex::new(None),
            postgres: Mutex::new(postgres),
            redis: Mutex::new(redis),
            clock: clock.map(Mutex::new),
            addresses,
            log: folder.join(format!("worker-{number}.log")),
        })
    }

    /// Starts the process.
    pub(crate) async fn start(&self) -> Result<()> {
        *self.process.lock().await = Some(self.spawn().await?);
        Ok(())
    }

    /// SIGKILL now; started again after `down_for`.
    pub(crate) async fn kill(&self, down_for: Duration) -> Result<()> {
        let mut process = self.process.lock().await;
        *process = None;
        sleep(down_for).await;
        *process = Some(self.spawn().await?);
        Ok(())
    }

    /// SIGSTOP now, SIGCONT after `paused_for`.
    pub(crate) async fn pause(&self, paused_for: Duration) -> Result<()> {
        let process = self.process.lock().await;
        let process = process.as_ref().context("the worker does not run")?;
        process.pause()?;
        sleep(paused_for).await;
        Ok(process.resume()?)
    }

    /// Sets its clock wrong now and right after `wrong_for`.
    pub(crate) async fn step_clock(&self, seconds: i64, wrong_for: Duration) -> Result<()> {
        let clock = self.clock.as_ref().context("the worker goes by the system's clock")?.lock().await;
        clock.step(seconds)?;
        sleep(wrong_for).await;
        Ok(clock.step(0)?)
    }

    /// Starts it again if it has ended although nobody killed it, and tells how it ended.
    pub(crate) async fn revive(&self) -> Result<Option<ExitStatus>> {
        // Whoever holds it is doing something to it, and will see to it that it runs.
        let Ok(mut process) = self.process.try_lock() else { return Ok(None) };
        let Some(running) = process.as_mut() else { return Ok(None) };
        let ended = running.ended()?;
        if ended.is_some() {
            *process = Some(self.spawn().await?);
        }
        Ok(ended)
    }

    async fn spawn(&self) -> Result<WorkerProcess> {
        let mut program = this_program([WORK])?;
        if let Some(clock) = &self.clock {
            clock.lock().await.give_to(&mut program);
        }
        program.stderr(self.open_log().with_context(|| format!("cannot write to {}", self.log.display()))?);
        WorkerProcess::start(program, &self.addresses).context("this program cannot be started once more")
    }

    fn open_log(&self) -> io::Result<File> {
        File::options().create(true).append(true).open(&self.log)
    }
}

/// The address of the database behind a proxy. The servers' own sockets know no TLS, and the way to them stays within this machine.
pub(crate) fn database_url(proxy: &Proxy) -> String {
    format!("postgres://{name}@{address}/{name}?sslmode=disable", name = embedded::DATABASE_NAME, address = proxy.address())
}
