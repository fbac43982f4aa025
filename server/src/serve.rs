//! `ates serve`: from the configuration to a listening server, and back to nothing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use audit::Auditor;
use clap::Args;
use leptos::config::{LeptosOptions, get_configuration};
use live::{HintChannel, HintListener};
use platform::{config::Config, randomness::Randomness};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{
    assets::SiteFiles,
    background,
    demo_company::{self, Portraits},
    drain::drain,
    post_office::post_office,
    router::{self, AppState},
    servers::Servers,
    shutdown,
    site::Site,
};

/// The file with the pages' options, in the working directory.
const LEPTOS_OPTIONS_FILE: &str = "Leptos.toml";

/// How long open requests and jobs may take to end after the program is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// How to serve.
#[derive(Debug, Default, Args)]
pub(crate) struct ServeOptions {
    /// Leave the background work to `ates jobs`
    #[arg(long)]
    no_jobs: bool,
    /// Show a small company with a week behind it. It is founded where nobody has enrolled, in a data folder of its own
    #[arg(long, conflicts_with = "no_jobs")]
    demo: bool,
}

/// Serves until it is told to stop.
pub(crate) async fn serve(mut config: Config, options: ServeOptions) -> anyhow::Result<()> {
    let shutdown = shutdown::on_signal();
    if options.demo {
        demo_company::move_out(&mut config)?;
    }
    let servers = Servers::start(&config).await?;
    // Whatever happens now, embedded servers are stopped before the program ends.
    let served = serve_on(&config, &servers, shutdown, &options).await;
    let stopped = servers.stop().await;
    served.and(stopped)
}

async fn serve_on(config: &Config, servers: &Servers, shutdown: CancellationToken, options: &ServeOptions) -> anyhow::Result<()> {
    let database = servers.open_database(config).await?;
    let randomness = Randomness::from_system()?;
    let services = Services::new(&database, config, &randomness, post_office(config)?);
    let audit = Arc::new(Auditor::new(database.clone(), config.bus.done_kept()));

    let pages = leptos_options()?;
    let site_files = SiteFiles::find(site_folder())?;
    let address = pages.site_addr;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: another program may use the port; set LEPTOS_SITE_ADDR to another address, such as 127.0.0.1:3100"
        )
    })?;

    let jobs = (!options.no_jobs).then(|| background::jobs(config, servers, &services, randomness.clone())).transpose()?;
    let jobs = jobs.map(|jobs| tokio::spawn(jobs.run(shutdown.clone())));

    let hint_channel = HintChannel::new(servers.redis_url())?;
    let hint_listener = HintListener::start(hint_channel.clone(), randomness.clone(), shutdown.clone());

    // Before the first answer: while the company is founded its clock is in the past. Who comes too early waits at the port. The time
    // for draining does not cut it off, because then nobody would set the clock right; told to stop, it stops by itself.
    let portraits =
        if options.demo { Portraits::of_company(&services, &database, servers, &shutdown).await } else { Ok(Portraits::default()) };
    let served = async {
        let state = AppState {
            options: pages,
            site_files,
            services: services.clone(),
            audit,
            hint_listener,
            site: Site::new(&config.site),
            portraits: portraits?,
        };
        tracing::info!(%address, "aTES is at http://{address}");
        let server = axum::serve(listener, router::router(state)).with_graceful_shutdown(shutdown.clone().cancelled_owned());
        server.await.context("the server failed")
    };
    let drained = drain(served, jobs, &shutdown, DRAIN_TIMEOUT);
    let ended = live::publishing(hint_channel, services.hints.clone(), drained).await;
    services.close().await;
    ended
}

/// The pages' options: the file where there is one, and `LEPTOS_*` variables over it.
fn leptos_options() -> anyhow::Result<LeptosOptions> {
    let file = Path::new(LEPTOS_OPTIONS_FILE).is_file().then_some(LEPTOS_OPTIONS_FILE);
    Ok(get_configuration(file)
        .with_context(|| format!("the options of the pages ({LEPTOS_OPTIONS_FILE}, LEPTOS_*) cannot be read"))?
        .leptos_options)
}

/// Where the files of the pages are, where they are not those inside the program.
fn site_folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "set by `cargo leptos watch`, which builds them again and again; no setting of ours")]
    std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from)
}
