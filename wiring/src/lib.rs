//! Composition root: the one place that knows all services. It builds them and hands each the ports it may know.

use std::sync::Arc;

use accounting::Accounting;
use analytics::Analytics;
use auth::Auth;
use contracts::{
    BusinessDay,
    auth::Directory,
    letter::Post,
    payroll::{Payroll, PayrollWork},
};
use platform::{
    bus::{AnyReaction, Deliveries, Hints, Outbox, Queues, Wake},
    clock::CompanyClock,
    config::Config,
    database::{BUS, Database, Role, Schema},
    randomness::Randomness,
};
use sqlx::PgPool;
use tracker::Tracker;

/// Every schema, in the order in which they are migrated: the bus first, because the others are granted its functions.
pub static SCHEMAS: [&Schema; 5] = [&BUS, &auth::SCHEMA, &tracker::SCHEMA, &accounting::SCHEMA, &analytics::SCHEMA];

/// The services, each behind what others may know of it.
#[derive(Clone)]
pub struct Services {
    /// Who the parrots are, for services.
    pub directory: Arc<dyn Directory>,
    /// Who the parrots are, for pages and calls.
    pub auth: Arc<dyn contracts::auth::Auth>,
    /// Tasks and who has them.
    pub tracker: Arc<dyn contracts::tracker::Tracker>,
    /// Reassignments of all open tasks.
    pub reassign: Arc<dyn contracts::reassign::Reassign>,
    /// Prices, accounts, the ledger.
    pub accounting: Arc<dyn contracts::accounting::Accounting>,
    /// Payroll, for admins.
    pub payroll: Arc<dyn Payroll>,
    /// Payroll, for the background work.
    pub payroll_work: Arc<dyn PayrollWork>,
    /// What management wants to know, day by day.
    pub analytics: Arc<dyn contracts::analytics::Analytics>,
    /// What the services do when they hear of events.
    pub reactions: Vec<Arc<dyn AnyReaction>>,
    /// The state machine of deliveries.
    pub deliveries: Deliveries,
    /// Queues and dead letters, for admins.
    pub queues: Arc<dyn contracts::queues::Queues>,
    /// Tells the relay of this process that events were committed.
    pub wake: Wake,
    /// What transactions of this process have changed, for pages that show it.
    pub hints: Hints,
    /// The company's clock.
    pub clock: CompanyClock,
    pools: [PgPool; 6],
}

impl Services {
    /// Builds the services on their own pools; `post` takes their letters. Nothing is connected yet.
    #[must_use]
    pub fn new(database: &Database, config: &Config, randomness: &Randomness, post: Arc<dyn Post>) -> Self {
        let [bus_pool, auth_pool, tracker_pool, accounting_pool] =
            [Role::Bus, Role::Auth, Role::Tracker, Role::Accounting].map(|role| database.pool(role));
        let (bookkeeping_pool, analytics_pool) = (database.bookkeeping_pool(), database.pool_by_index(Role::Analytics));
        let pools = [&bus_pool, &bookkeeping_pool, &auth_pool, &tracker_pool, &accounting_pool, &analytics_pool].map(PgPool::clone);
        let wake = Wake::default();
        let outbox = Outbox::new(randomness.clone(), wake.clone());
        let clock = CompanyClock::new(config.company.time_zone);

        let auth = Arc::new(Auth::new(auth_pool, config.auth.clone(), randomness.clone(), auth::recogniser(&config.beak)));
        let directory: Arc<dyn Directory> = auth.clone();
        let tracker = Arc::new(Tracker::new(tracker_pool, outbox.clone(), clock, directory.clone()));
        let known = accounting::Known { directory: directory.clone(), tracker: tracker.clone(), post };
        let settings = accounting::Settings { prices: config.prices.clone(), payroll: config.payroll.clone() };
        let hints = outbox.hints();
        let accounting = Arc::new(Accounting::new(accounting_pool, outbox.clone(), clock, settings, randomness.clone(), known));
        let analytics = Arc::new(Analytics::new(analytics_pool, outbox, clock, accounting.clone()));

        let reactions = [accounting.reactions(), tracker.reactions(), analytics.reactions()].concat();
        let (deliveries, queues) = (Deliveries::new(bookkeeping_pool), Arc::new(Queues::new(bus_pool)));
        Self {
            directory,
            auth,
            reassign: tracker.clone(),
            tracker,
            payroll: accounting.clone(),
            payroll_work: accounting.clone(),
            accounting,
            analytics,
            reactions,
            deliveries,
            queues,
            wake,
            hints,
            clock,
            pools,
        }
    }

    /// The business day that goes on now.
    pub async fn today(&self) -> Result<BusinessDay, sqlx::Error> {
        let [bus_pool, ..] = &self.pools;
        self.clock.moment(bus_pool).await.map(|now| now.day)
    }

    /// Whether the services can do their work now. The error says, for the log, which cannot and why.
    pub async fn ready(&self) -> Result<(), sqlx::Error> {
        for pool in &self.pools {
            sqlx::query("SELECT 1").execute(pool).await?;
        }
        Ok(())
    }

    /// Gives the connections back.
    pub async fn close(&self) {
        for pool in &self.pools {
            pool.close().await;
        }
    }
}
