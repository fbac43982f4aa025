//! The analytics service: read models for management. It knows accounting (specification, §4).
//!
//! Everything follows from events, in whatever order they arrive and however often; nothing of it moves money. What is stored can be built
//! once more from the stored events ([`rebuild`]).

mod negative_accounts;
mod reactions;
mod rebuild;
mod storage;
mod use_cases;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{
    Actor, BusinessDay, DayRange, ServiceError,
    accounting::Accounting,
    analytics::{CompanyDay, CompanyRange, Period, Rebuild, RemarkablePeriod},
};
use platform::{
    bus::{AnyReaction, Outbox},
    clock::CompanyClock,
    database::{Failure, Role, Schema},
};
use sqlx::PgPool;

use self::{
    reactions::{
        account_log_change::CountNegativeAccounts, manager_income_by_day_change::TakeOverIncome, task_resolve::FindMostExpensiveTask,
    },
    use_cases::{
        company_days::{day, range, remarkable, yesterday_and_today},
        rebuild::{last_rebuild, start_rebuild},
    },
};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "analytics", role: Role::Analytics, migrator: sqlx::migrate!() };

/// The analytics service. Clones are the same service.
#[derive(Clone)]
pub struct Analytics {
    pool: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
    accounting: Arc<dyn Accounting>,
}

impl Analytics {
    /// The service on its own pool, which acts as [`Role::Analytics`]; of the other services it knows accounting.
    #[must_use]
    pub fn new(pool: PgPool, outbox: Outbox, clock: CompanyClock, accounting: Arc<dyn Accounting>) -> Self {
        Self { pool, outbox, clock, accounting }
    }

    /// What the service does when others speak.
    #[must_use]
    pub fn reactions(&self) -> Vec<Arc<dyn AnyReaction>> {
        vec![
            Arc::new(TakeOverIncome(self.clone())),
            Arc::new(CountNegativeAccounts(self.clone())),
            Arc::new(FindMostExpensiveTask(self.clone())),
        ]
    }
}

#[async_trait]
impl contracts::analytics::Analytics for Analytics {
    async fn day(&self, actor: Actor, of: Option<BusinessDay>) -> Result<CompanyDay, ServiceError> {
        day(self, actor, of).await.map_err(Failure::answer("tell of a day of the company"))
    }

    async fn yesterday_and_today(&self, actor: Actor) -> Result<[CompanyDay; 2], ServiceError> {
        yesterday_and_today(self, actor).await.map_err(Failure::answer("tell of yesterday and today"))
    }

    async fn range(&self, actor: Actor, of: DayRange) -> Result<CompanyRange, ServiceError> {
        range(self, actor, of).await.map_err(Failure::answer("tell of days of the company"))
    }

    async fn remarkable(&self, actor: Actor, of: DayRange, by: Period) -> Result<Vec<RemarkablePeriod>, ServiceError> {
        remarkable(self, actor, of, by).await.map_err(Failure::answer("tell the most expensive tasks"))
    }

    async fn start_rebuild(&self, actor: Actor) -> Result<Rebuild, ServiceError> {
        start_rebuild(self, actor).await.map_err(Failure::answer("start a rebuild"))
    }

    async fn last_rebuild(&self, actor: Actor) -> Result<Option<Rebuild>, ServiceError> {
        last_rebuild(self, actor).await.map_err(Failure::answer("show a rebuild"))
    }
}
