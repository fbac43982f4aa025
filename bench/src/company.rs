//! A company with days behind it.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Days, NaiveDate};
use contracts::BusinessDay;
use platform::randomness::Randomness;
use sqlx::{Connection as _, PgConnection};
use testbed::Installation;
use uuid::Uuid;

/// What is done in the database by as few statements as possible.
const FUNCTIONS: &str = include_str!("functions.sql");

/// For how long deliveries that are done are kept, by default: longer than the company is old.
const DONE_KEPT: Duration = Duration::from_hours(90 * 24);

/// A company on durable servers of its own.
pub(crate) struct Company {
    pub(crate) installation: Installation,
    /// May do everything, and take its time.
    pub(crate) administrator: PgConnection,
    /// The company's today.
    today: NaiveDate,
}

impl Company {
    /// A company whose employees have an account each, and nothing on it.
    pub(crate) async fn found(accounts: usize) -> Result<Self> {
        let installation = Installation::start_durable().await?;
        let mut administrator = PgConnection::connect(&installation.addresses.database_url).await?;
        // No statement of a ceiling is to be held up by being compiled.
        sqlx::query("SET jit = off").execute(&mut administrator).await?;
        sqlx::raw_sql(FUNCTIONS).execute(&mut administrator).await?;
        let today = sqlx::query_scalar("SELECT bus.company_now()::date").fetch_one(&mut administrator).await?;
        let mut company = Self { installation, administrator, today };
        let randomness = Randomness::seeded(0);
        let employees: Vec<Uuid> = (0..accounts).map(|_| randomness.id(DateTime::UNIX_EPOCH)).collect();
        company.open_accounts(&employees).await?;
        Ok(company)
    }

    /// Opens accounts for employees.
    pub(crate) async fn open_accounts(&mut self, employees: &[Uuid]) -> Result<()> {
        let open = sqlx::query("INSERT INTO accounting.account (user_id) SELECT unnest($1::uuid[])").bind(employees);
        open.execute(&mut self.administrator).await?;
        Ok(())
    }

    /// So many days ago.
    pub(crate) fn days_ago(&self, days: u64) -> BusinessDay {
        BusinessDay(self.today - Days::new(days))
    }

    /// A day on which so many tasks are created, assigned, mostly finished, and booked.
    pub(crate) async fn work(&mut self, day: BusinessDay, tasks: usize) -> Result<()> {
        let work = sqlx::query("SELECT bench.work($1, $2)").bind(day.0).bind(i32::try_from(tasks)?);
        work.execute(&mut self.administrator).await?;
        Ok(())
    }

    /// Sends all letters, without a post.
    pub(crate) async fn post_letters(&mut self) -> Result<()> {
        sqlx::query("SELECT bench.post_letters()").execute(&mut self.administrator).await?;
        Ok(())
    }

    /// Analytics has been told of everything; what it makes of that is the caller's to see to.
    pub(crate) async fn count_all(&mut self) -> Result<()> {
        sqlx::query(
            "UPDATE bus.delivery SET status = 'done', dispatch_no = 1, attempt_no = 1, finished_at = now()
             WHERE status = 'waiting' AND starts_with(subscription, 'analytics.')",
        )
        .execute(&mut self.administrator)
        .await?;
        Ok(())
    }

    /// Leaves nothing for anybody to work on.
    pub(crate) async fn forget_deliveries(&mut self) -> Result<()> {
        sqlx::query("TRUNCATE bus.delivery CASCADE").execute(&mut self.administrator).await?;
        Ok(())
    }

    /// Lets PostgreSQL do what it has put off: so nothing that was done before is in the way of what is measured.
    pub(crate) async fn rest(&mut self) -> Result<()> {
        for statement in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
            sqlx::query(statement).execute(&mut self.administrator).await?;
        }
        Ok(())
    }

    /// How many entries the ledger has.
    pub(crate) async fn entries(&mut self) -> Result<usize> {
        let entries: i64 = sqlx::query_scalar("SELECT count(*) FROM accounting.account_log").fetch_one(&mut self.administrator).await?;
        Ok(usize::try_from(entries)?)
    }

    /// Recomputes the books; an error where they are wrong.
    pub(crate) async fn audit(&self) -> Result<()> {
        let findings = audit::audit(&self.installation.database, DONE_KEPT, |_| {}).await?;
        let wrong: Vec<_> = findings.iter().filter(|finding| !finding.holds()).collect();
        anyhow::ensure!(wrong.is_empty(), "the books break: {wrong:#?}");
        Ok(())
    }
}
