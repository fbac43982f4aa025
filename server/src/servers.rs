//! Which PostgreSQL and Redis the program uses: the configured ones, or its own embedded ones.

use anyhow::Context as _;
use platform::{
    config::{Config, ConnectionUrl},
    database::Database,
};

use crate::company_clock;

/// The servers in use. Embedded ones run until the last process that uses them calls [`Servers::stop`].
pub(crate) struct Servers {
    database_url: ConnectionUrl,
    redis_url: ConnectionUrl,
    embedded: Option<embedded::Servers>,
    /// Where the record of everything is, in words.
    place: String,
}

impl Servers {
    /// Takes the configured servers; starts the embedded ones where an address is missing.
    pub(crate) async fn start(config: &Config) -> anyhow::Result<Self> {
        if let (Some(database_url), Some(redis_url)) = (&config.database.url, &config.redis.url) {
            let place = format!("the database {database_url}");
            return Ok(Self { database_url: database_url.clone(), redis_url: redis_url.clone(), embedded: None, place });
        }
        let data_folder = config.data.folder.clone().map_or_else(embedded::Options::default_data_folder, Ok)?;
        let options = embedded::Options {
            postgres_bin_dir: config.data.postgres_bin_folder.clone(),
            redis_server: config.data.redis_server.clone(),
            ..embedded::Options::new(data_folder)
        };
        tracing::info!(data_folder = %options.data_folder.display(), "starting the embedded servers");
        let place = match &config.database.url {
            Some(database_url) => format!("the database {database_url}"),
            None => format!("the data folder {}", options.data_folder.display()),
        };
        let embedded =
            tokio::task::spawn_blocking(move || embedded::Servers::start(&options)).await.context("the start was interrupted")??;
        let database_url = match &config.database.url {
            Some(url) => url.clone(),
            None => embedded.database_url().parse().context("the embedded database has an unusable address")?,
        };
        let redis_url = match &config.redis.url {
            Some(url) => url.clone(),
            None => embedded.redis_url().parse().context("the embedded Redis has an unusable address")?,
        };
        Ok(Self { database_url, redis_url, embedded: Some(embedded), place })
    }

    /// The database, at this program's version (unless the configuration leaves that to `ates migrate`) and on the real time.
    pub(crate) async fn open_database(&self, config: &Config) -> anyhow::Result<Database> {
        let database = Database::new(&self.database_url, config.database.connections_max)?;
        if config.database.migrate_on_start {
            platform::database::migrate(&database, &wiring::SCHEMAS).await?;
        }
        company_clock::check(&database, self).await?;
        Ok(database)
    }

    pub(crate) const fn database_url(&self) -> &ConnectionUrl {
        &self.database_url
    }

    pub(crate) const fn redis_url(&self) -> &ConnectionUrl {
        &self.redis_url
    }

    /// Where the record of everything is, in words: the data folder or the database.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Stops the embedded servers unless another process uses them. Configured servers are left alone.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        let Some(embedded) = self.embedded else { return Ok(()) };
        let outcome = tokio::task::spawn_blocking(move || embedded.stop()).await.context("the stop was interrupted")??;
        tracing::info!(?outcome, "the embedded servers are released");
        Ok(())
    }
}
