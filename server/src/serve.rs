//! `ates serve`: from the configuration to a listening server, and back to nothing.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use leptos::config::{LeptosOptions, get_configuration};
use platform::{config::Config, database::Database, randomness::Randomness};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{
    background,
    router::{self, AppState},
    servers::Servers,
    shutdown,
    site::Site,
};

/// The file with the pages' options, in the working directory.
const LEPTOS_OPTIONS_FILE: &str = "Leptos.toml";

/// How long open requests may take to end after the program is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until it is told to stop; `with_jobs`: works in the background as well.
pub(crate) async fn serve(config: Config, with_jobs: bool) -> anyhow::Result<()> {
    let shutdown = shutdown::on_signal();
    let servers = Servers::start(&config).await?;
    // Whatever happens now, embedded servers are stopped before the program ends.
    let served = serve_on(&config, &servers, shutdown, with_jobs).await;
    let stopped = servers.stop().await;
    served.and(stopped)
}

async fn serve_on(config: &Config, servers: &Servers, shutdown: CancellationToken, with_jobs: bool) -> anyhow::Result<()> {
    let database = Database::new(servers.database_url(), config.database.connections_max)?;
    if config.database.migrate_on_start {
        platform::database::migrate(&database, &wiring::SCHEMAS).await?;
    }
    let randomness = Randomness::from_system()?;
    let services = Services::new(&database, config, &randomness);

    let options = leptos_options()?;
    let address = options.site_addr;
    let state = AppState { options, services: services.clone(), site: Site::new(&config.site) };
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: another program may use the port; set LEPTOS_SITE_ADDR to another address, such as 127.0.0.1:3100"
        )
    })?;
    tracing::info!(%address, "aTES is at http://{address}");

    let jobs = with_jobs.then(|| background::jobs(servers, &services, randomness)).transpose()?;
    let jobs = jobs.map(|jobs| tokio::spawn(jobs.run(shutdown.clone())));

    let server = axum::serve(listener, router::router(state)).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let drained = async {
        server.await.context("the server failed")?;
        match jobs {
            Some(jobs) => jobs.await.context("the background work failed"),
            None => Ok(()),
        }
    };
    tokio::select! {
        ended = drained => ended?,
        () = drain_timed_out(shutdown) => tracing::warn!(?DRAIN_TIMEOUT, "requests or jobs were still at work when time was up"),
    }
    services.close().await;
    Ok(())
}

async fn drain_timed_out(shutdown: CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(DRAIN_TIMEOUT).await;
}

/// The pages' options: the file where there is one, and `LEPTOS_*` variables over it.
fn leptos_options() -> anyhow::Result<LeptosOptions> {
    let file = Path::new(LEPTOS_OPTIONS_FILE).is_file().then_some(LEPTOS_OPTIONS_FILE);
    Ok(get_configuration(file)
        .with_context(|| format!("the options of the pages ({LEPTOS_OPTIONS_FILE}, LEPTOS_*) cannot be read"))?
        .leptos_options)
}
