//! Everything that can go wrong, and how it is made to.

use std::{future::Future, path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use embedded::{EmbeddedError, ThrowAway};
use testbed::{Installation, Manner, end_day};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::sleep,
};

use crate::{
    plan::{Connections, Fault, Party, Server},
    proxy::{Proxy, Traffic},
    repeat::Repeater,
    worker::Worker,
};

/// The servers, the worker processes and the ways between them. Each is disturbed by one fault at a time: a second one waits.
pub(crate) struct World {
    pub(crate) installation: Installation,
    pub(crate) workers: Vec<Worker>,
    /// The workload's way to PostgreSQL.
    pub(crate) workload: Mutex<Proxy>,
    pub(crate) repeater: Repeater,
    postgres: Mutex<()>,
    redis: Mutex<()>,
    mail_server: Mutex<()>,
}

impl World {
    /// Starts the servers, and prepares so many workers with logs and clocks in `folder`.
    pub(crate) async fn new(processes: usize, folder: &Path, library: Option<&Path>) -> Result<Self> {
        let installation = Installation::start().await?;
        let mut workers = Vec::with_capacity(processes);
        for number in 0..processes {
            workers.push(Worker::new(number, &installation, folder, library).await?);
        }
        let workload = Mutex::new(Proxy::to(installation.servers.postgres_socket()).await?);
        let repeater = Repeater::new(&installation.addresses.redis_url)?;
        Ok(Self {
            installation,
            workers,
            workload,
            repeater,
            postgres: Mutex::default(),
            redis: Mutex::default(),
            mail_server: Mutex::default(),
        })
    }

    /// Lets the fault happen, and everything be right again after it.
    pub(crate) async fn suffer(&self, fault: &Fault) -> Result<()> {
        match *fault {
            Fault::KillWorker { worker, down_for } => self.workers[worker].kill(down_for).await,
            Fault::PauseWorker { worker, paused_for } => self.workers[worker].pause(paused_for).await,
            Fault::StepClock { worker, seconds, wrong_for } => self.workers[worker].step_clock(seconds, wrong_for).await,
            Fault::MailServer { manner, misbehaves_for } => {
                let _alone = self.mail_server.lock().await;
                self.installation.mail_server.behave(manner);
                sleep(misbehaves_for).await;
                self.installation.mail_server.behave(Manner::Takes);
                Ok(())
            }
            Fault::EndDay => {
                let _peace = self.postgres_in_peace().await;
                end_day(&self.installation.database).await
            }
            Fault::FlushRedis => {
                let _alone = self.redis.lock().await;
                let mut redis = self.repeater.connect().await?;
                Ok(redis::cmd("FLUSHALL").query_async(&mut redis).await?)
            }
            Fault::RepeatJobs { jobs, seed } => {
                let _alone = self.redis.lock().await;
                self.repeater.repeat(jobs, seed).await.map(drop)
            }
            Fault::StopRedis { down_for } => {
                let _alone = self.redis.lock().await;
                self.on_servers(ThrowAway::stop_redis).await?;
                sleep(down_for).await;
                self.on_servers(ThrowAway::start_redis).await
            }
            Fault::StallRedis { stalled_for } => {
                let _alone = self.redis.lock().await;
                self.on_servers(ThrowAway::pause_redis).await?;
                sleep(stalled_for).await;
                self.on_servers(ThrowAway::resume_redis).await
            }
            Fault::CrashPostgres => {
                let _alone = self.postgres.lock().await;
                self.on_servers(ThrowAway::crash_postgres).await?;
                self.on_servers(ThrowAway::start_postgres).await
            }
            Fault::CutConnections { connections } => {
                self.way(connections).lock().await.cut();
                Ok(())
            }
            Fault::RefuseConnections { connections, refused_for } => {
                let way = self.way(connections).lock().await;
                way.set(Traffic { refused: true, ..Traffic::default() });
                way.cut();
                calm_after(&way, sleep(refused_for)).await;
                Ok(())
            }
            Fault::DelayConnections { connections, delay, slow_for } => {
                let way = self.way(connections).lock().await;
                way.set(Traffic { delay, ..Traffic::default() });
                calm_after(&way, sleep(slow_for)).await;
                Ok(())
            }
            Fault::StallConnections { connections, stalled_for } => {
                let way = self.way(connections).lock().await;
                way.set(Traffic { stalled: true, ..Traffic::default() });
                calm_after(&way, sleep(stalled_for)).await;
                Ok(())
            }
        }
    }

    /// Keeps PostgreSQL from crashing as long as the guard is held.
    pub(crate) async fn postgres_in_peace(&self) -> MutexGuard<'_, ()> {
        self.postgres.lock().await
    }

    /// Starting and stopping servers blocks a thread.
    async fn on_servers(&self, act: fn(&ThrowAway) -> Result<(), EmbeddedError>) -> Result<()> {
        let servers: Arc<ThrowAway> = self.installation.servers.clone();
        Ok(tokio::task::spawn_blocking(move || act(&servers)).await.context("the act on the servers panicked")??)
    }

    fn way(&self, connections: Connections) -> &Mutex<Proxy> {
        match connections {
            Connections { of: Party::Worker(worker), to: Server::Postgres } => &self.workers[worker].postgres,
            Connections { of: Party::Worker(worker), to: Server::Redis } => &self.workers[worker].redis,
            Connections { of: Party::Workload, .. } => &self.workload,
        }
    }
}

/// Lets everything pass again when the time has come.
async fn calm_after(way: &Proxy, time: impl Future<Output = ()>) {
    time.await;
    way.set(Traffic::default());
}
