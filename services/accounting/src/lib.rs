//! The accounting service: prices, accounts, the ledger. It knows auth and the tracker (specification, §3).

mod ledger;
mod payroll;
mod price;
mod reactions;
mod storage;
mod use_cases;

use std::{ops::RangeInclusive, sync::Arc};

use async_trait::async_trait;
use contracts::{
    Actor, BusinessDay, Caller, DayRange, LetterId, Money, ServiceError, TaskId,
    accounting::{AccountStatement, AuditLog, AuditLogPart, Balance, Income, TaskPrice},
    auth::Directory,
    letter::{Letter, Post, WrittenLetter},
    payroll::{LetterSummary, PayrollRun},
    tracker::Tracker,
};
use platform::{
    bus::{AnyReaction, Outbox},
    clock::CompanyClock,
    config,
    database::{Failure, Role, Schema},
    randomness::Randomness,
};
use sqlx::{PgPool, Postgres, Transaction};

use self::{
    reactions::{payroll_letter::SendLetter, task_assign::ChargeAssignee, task_create::PriceTask, task_resolve::PayResolver},
    use_cases::{
        carry_on_payroll::carry_on_payroll,
        compose_letter::written_letter,
        income::income,
        list_prices::list_prices,
        own_account::own_account,
        own_audit_log::own_audit_log,
        own_balance::own_balance,
        own_pay_slip::own_pay_slip,
        payroll_runs::{letters, payroll_run, payroll_runs},
        start_payroll::start_payroll,
    },
};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "accounting", role: Role::Accounting, migrator: sqlx::migrate!() };

/// What of the configuration concerns the service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Between which amounts prices are drawn.
    pub prices: config::Prices,
    /// When payroll starts, and who gets a letter.
    pub payroll: config::Payroll,
}

/// The accounting service. Clones are the same service.
#[derive(Clone)]
pub struct Accounting {
    pool: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
    settings: Settings,
    randomness: Randomness,
    directory: Arc<dyn Directory>,
    tracker: Arc<dyn Tracker>,
    post: Arc<dyn Post>,
}

/// Whom accounting knows.
#[derive(Clone)]
pub struct Known {
    /// Who the parrots are.
    pub directory: Arc<dyn Directory>,
    /// Tasks.
    pub tracker: Arc<dyn Tracker>,
    /// Who takes letters.
    pub post: Arc<dyn Post>,
}

impl Accounting {
    /// The service on its own pool, which acts as [`Role::Accounting`]; of the other services it knows auth and the tracker.
    #[must_use]
    pub fn new(pool: PgPool, outbox: Outbox, clock: CompanyClock, settings: Settings, randomness: Randomness, known: Known) -> Self {
        let Known { directory, tracker, post } = known;
        Self { pool, outbox, clock, settings, randomness, directory, tracker, post }
    }

    /// Begins to read, as everything is now, whatever is booked meanwhile.
    async fn snapshot(&self) -> sqlx::Result<Transaction<'_, Postgres>> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// What the service does when others speak.
    #[must_use]
    pub fn reactions(&self) -> Vec<Arc<dyn AnyReaction>> {
        vec![
            Arc::new(PriceTask(self.clone())),
            Arc::new(ChargeAssignee(self.clone())),
            Arc::new(PayResolver(self.clone())),
            Arc::new(SendLetter(self.clone())),
        ]
    }
}

#[async_trait]
impl contracts::accounting::Accounting for Accounting {
    async fn prices(&self, task_ids: &[TaskId]) -> Result<Vec<TaskPrice>, ServiceError> {
        list_prices(self, task_ids).await.map_err(Failure::answer("list prices"))
    }

    fn assign_fees(&self) -> RangeInclusive<Money> {
        let prices = &self.settings.prices;
        Money::from_cents(prices.assign_fee_min)..=Money::from_cents(prices.assign_fee_max)
    }

    async fn income(&self, caller: Caller, range: DayRange) -> Result<Income, ServiceError> {
        income(self, caller, range).await.map_err(Failure::answer("tell the income"))
    }

    async fn own_balance(&self, caller: Caller) -> Result<Balance, ServiceError> {
        own_balance(self, caller).await.map_err(Failure::answer("tell the own balance"))
    }

    async fn own_audit_log(&self, caller: Caller, part: AuditLogPart) -> Result<AuditLog, ServiceError> {
        own_audit_log(self, caller, part).await.map_err(Failure::answer("show the own audit log"))
    }

    async fn own_account(&self, caller: Caller, part: AuditLogPart) -> Result<AccountStatement, ServiceError> {
        own_account(self, caller, part).await.map_err(Failure::answer("show the own account"))
    }

    async fn own_pay_slip(&self, caller: Caller, day: BusinessDay) -> Result<Letter, ServiceError> {
        own_pay_slip(self, caller, day).await.map_err(Failure::answer("show an own pay slip"))
    }
}

#[async_trait]
impl contracts::payroll::Payroll for Accounting {
    async fn runs(&self, actor: Actor, before: Option<BusinessDay>) -> Result<Vec<PayrollRun>, ServiceError> {
        payroll_runs(self, actor, before).await.map_err(Failure::answer("list payroll runs"))
    }

    async fn run(&self, actor: Actor, day: BusinessDay) -> Result<PayrollRun, ServiceError> {
        payroll_run(self, actor, day).await.map_err(Failure::answer("show a payroll run"))
    }

    async fn start(&self, actor: Actor, day: BusinessDay) -> Result<PayrollRun, ServiceError> {
        start_payroll(self, actor, day).await.map_err(Failure::answer("start a payroll run"))
    }

    async fn letters(&self, actor: Actor, day: BusinessDay, after: Option<LetterId>) -> Result<Vec<LetterSummary>, ServiceError> {
        letters(self, actor, day, after).await.map_err(Failure::answer("list letters"))
    }

    async fn written_letter(&self, actor: Actor, letter_id: LetterId) -> Result<WrittenLetter, ServiceError> {
        written_letter(self, actor, letter_id).await.map_err(Failure::answer("show a letter"))
    }
}

#[async_trait]
impl contracts::payroll::PayrollWork for Accounting {
    async fn carry_on(&self) -> Result<(), ServiceError> {
        carry_on_payroll(self).await.map_err(Failure::answer("carry payroll on"))
    }
}
