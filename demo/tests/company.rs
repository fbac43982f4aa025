//! An installation for a test: servers of its own, services, and the background work in this process.

use contracts::auth::Recognition;
use demo::{DemoError, Founding, Parrot, found_company};
use embedded::ThrowAway;
use jobs::{Jobs, Wire};
use platform::{
    config::Config,
    database::{self, Database},
    randomness::Randomness,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use wiring::Services;

pub(crate) struct Company {
    pub(crate) services: Services,
    /// Sees everything: for looking at what happened.
    pub(crate) owner: PgPool,
    pub(crate) database: Database,
    _servers: ThrowAway,
}

impl Company {
    /// An empty installation that works on its events.
    pub(crate) async fn of_nobody() -> Self {
        let servers = tokio::task::spawn_blocking(|| ThrowAway::start().expect("throw-away servers")).await.expect("no panic");
        let url = servers.database_url().parse().expect("the address of the database");
        let database = Database::new(&url, 20).expect("the address of the database");
        database::migrate(&database, &wiring::SCHEMAS).await.expect("the database can be migrated");
        let config: Config = confique::Config::builder().load().expect("the default configuration");
        let randomness = Randomness::seeded(1);
        let services = Services::new(&database, &config, &randomness);
        let redis_url = servers.redis_url().expect("a throw-away Redis").parse().expect("the address of Redis");
        let jobs = Jobs {
            deliveries: services.deliveries.clone(),
            reactions: services.reactions.clone(),
            wake: services.wake.clone(),
            wire: Wire::new(&redis_url).expect("the address of Redis"),
            randomness,
        };
        tokio::spawn(jobs.run(CancellationToken::new()));
        let owner = database.pool(database::Role::Owner);
        Self { services, owner, database, _servers: servers }
    }

    /// Founds the demo company here.
    pub(crate) async fn found(&self, shutdown: &CancellationToken) -> Result<Founding, DemoError> {
        found_company(&self.services, &self.database, shutdown).await
    }

    /// What the parrot's portrait leads to.
    pub(crate) async fn show_portrait(&self, parrot: &Parrot) -> Recognition {
        self.services.auth.log_in(parrot.portrait()).await.expect("the portrait can be used")
    }

    /// Checks a number that SQL finds.
    pub(crate) async fn assert_count(&self, what: &str, count: &'static str, expected: i64) {
        let counted: i64 = sqlx::query_scalar(count).fetch_one(&self.owner).await.expect(what);
        assert_eq!(counted, expected, "{what}");
    }

    /// Whether the company's clock shows the real time.
    pub(crate) async fn clock_is_right(&self) -> bool {
        sqlx::query_scalar("SELECT clock_offset = '0' FROM bus.company_clock").fetch_one(&self.owner).await.expect("the clock")
    }
}
