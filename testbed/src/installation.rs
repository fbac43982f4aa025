use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result};
use embedded::{EmbeddedError, ThrowAway};
use jobs::{Jobs, Wire};
use letters::PostOffice;
use platform::{
    config::{Config, Mail},
    database::{self, Database, Role},
    randomness::Randomness,
};
use sqlx::PgPool;
use wiring::Services;

use crate::MailServer;

/// How many connections each pool of a program may hold. PostgreSQL takes 200 in all, and several programs have four pools each.
const CONNECTIONS_MAX: u32 = 10;

/// Where people would reach the site of such a program, if it had one: letters lead there.
const SITE: &str = "https://ates.example/";

/// Servers of their own with a migrated database, and nobody in it. All of it vanishes with this, or with the process.
#[derive(Debug, Clone)]
pub struct Installation {
    /// PostgreSQL and Redis, for disturbing them.
    pub servers: Arc<ThrowAway>,
    /// The database, reached directly.
    pub database: Database,
    /// Sees and may change everything: for looking at what happened, and for doing harm.
    pub owner: PgPool,
    /// Takes the letters, or misbehaves as it is told.
    pub mail_server: MailServer,
    /// Where the servers are.
    pub addresses: Addresses,
}

/// Where a program reaches the servers: directly, or by detours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// PostgreSQL, for a login that may take on every role.
    pub database_url: String,
    /// Redis.
    pub redis_url: String,
    /// The mail server.
    pub smtp_url: String,
}

impl Installation {
    /// Starts the servers and brings the database to this version.
    pub async fn start() -> Result<Self> {
        Self::start_by(ThrowAway::start).await
    }

    /// The same with servers that store as durably as an installation's: for measuring.
    pub async fn start_durable() -> Result<Self> {
        Self::start_by(ThrowAway::start_durable).await
    }

    async fn start_by(start: fn() -> Result<ThrowAway, EmbeddedError>) -> Result<Self> {
        let servers = tokio::task::spawn_blocking(start).await.context("the start of the servers panicked")??;
        let redis_url = servers.redis_url().context("there is no Redis among the servers")?;
        let mail_server = MailServer::start().await?;
        let addresses = Addresses { database_url: servers.database_url(), redis_url, smtp_url: mail_server.url() };
        let database = addresses.database()?;
        database::migrate(&database, &wiring::SCHEMAS).await?;
        let owner = database.pool(Role::Owner);
        Ok(Self { servers: Arc::new(servers), database, owner, mail_server, addresses })
    }
}

impl Addresses {
    fn database(&self) -> Result<Database> {
        Ok(Database::new(&self.database_url.parse()?, CONNECTIONS_MAX)?)
    }

    /// The services with their default configuration, as a program has them that reaches the servers here.
    pub fn services(&self, randomness: &Randomness) -> Result<Services> {
        let config = default_config()?;
        let mail = Mail { smtp_url: Some(self.smtp_url.parse()?), ..config.mail.clone() };
        let post = PostOffice::new(&mail, PathBuf::new(), config.company.time_zone, Some(&SITE.parse()?))?;
        Ok(Services::new(&self.database()?, &config, randomness, Arc::new(post)))
    }

    /// The background work of that program.
    pub fn jobs(&self, services: &Services, randomness: Randomness) -> Result<Jobs> {
        Ok(Jobs {
            deliveries: services.deliveries.clone(),
            reactions: services.reactions.clone(),
            payroll: services.payroll_work.clone(),
            wake: services.wake.clone(),
            wire: Wire::new(&self.redis_url.parse()?)?,
            randomness,
            done_kept: default_config()?.bus.done_kept(),
        })
    }
}

fn default_config() -> Result<Config> {
    Ok(confique::Config::builder().load()?)
}
