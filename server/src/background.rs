//! The background work, inside `ates serve` or as a process of its own (`ates jobs`). Any number of processes share it.

use jobs::{Jobs, Wire};
use live::HintChannel;
use platform::{config::Config, randomness::Randomness};
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{post_office::post_office, servers::Servers, shutdown};

/// The background work of this process, ready to run.
pub(crate) fn jobs(config: &Config, servers: &Servers, services: &Services, randomness: Randomness) -> anyhow::Result<Jobs> {
    Ok(Jobs {
        deliveries: services.deliveries.clone(),
        reactions: services.reactions.clone(),
        payroll: services.payroll_work.clone(),
        wake: services.wake.clone(),
        wire: Wire::new(servers.redis_url())?,
        randomness,
        done_kept: config.bus.done_kept(),
    })
}

/// `ates jobs`: works in the background until it is told to stop.
pub(crate) async fn work(config: Config) -> anyhow::Result<()> {
    let shutdown = shutdown::on_signal();
    let servers = Servers::start(&config).await?;
    let worked = work_on(&config, &servers, shutdown).await;
    let stopped = servers.stop().await;
    worked.and(stopped)
}

async fn work_on(config: &Config, servers: &Servers, shutdown: CancellationToken) -> anyhow::Result<()> {
    let database = servers.open_database(config).await?;
    let randomness = Randomness::from_system()?;
    let services = Services::new(&database, config, &randomness, post_office(config)?);
    let jobs = jobs(config, servers, &services, randomness)?;
    let hint_channel = HintChannel::new(servers.redis_url())?;
    tracing::info!("working in the background");
    live::publishing(hint_channel, services.hints.clone(), jobs.run(shutdown)).await;
    services.close().await;
    Ok(())
}
