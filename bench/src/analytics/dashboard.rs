//! How long a manager waits for a year of the company, while others ask, too.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use contracts::{Actor, BusinessDay, DayRange, analytics::Analytics};
use platform::{database::Role, randomness::Randomness};
use sqlx::PgPool;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::rebuild::rebuild;
use crate::{company::Company, percentile::percentile, report};

/// How many days the company has worked, and how many tasks a day.
const DAYS: u64 = 365;
const TASKS_PER_DAY: usize = 400;

/// How many requests a second, and for how long.
const REQUESTS_PER_SECOND: u32 = 200;
const REQUESTS: usize = 2_000;

/// What the goal is for 99 of 100 requests.
const GOAL: Duration = Duration::from_millis(15);

/// A year, in one statement: what no dashboard can do without.
const YEAR: &str = "
    SELECT company.date, total_assign_fee, total_resolve_price, sum(negative_balance_account_change) OVER (ORDER BY company.date)::bigint,
        task_id, most_expensive_resolved_task_price
    FROM analytics.company_data_by_day AS company LEFT JOIN analytics.remarkable_task_by_day USING (generation, date)
    WHERE generation = $1 AND company.date BETWEEN $2 AND $3";

/// What the page asks of the service: today, yesterday, and a year. The same number of bare statements a second stands beside it.
pub(super) async fn measure(accounts: usize) -> Result<()> {
    let mut company = Company::found(accounts).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    for days_ago in (1..=DAYS).rev() {
        company.work(company.days_ago(days_ago), TASKS_PER_DAY).await?;
    }
    company.count_all().await?;
    rebuild(&*services.analytics).await?;
    company.rest().await?;

    let (first, last) = (company.days_ago(DAYS), company.days_ago(0));
    let pool = company.installation.database.pool(Role::Analytics);
    let generation: i16 = sqlx::query_scalar("SELECT live_generation FROM analytics.read_model").fetch_one(&pool).await?;
    let mut bare = paced(|| ask_barely(pool.clone(), generation, (first, last))).await?;
    let mut product = paced(|| ask(services.analytics.clone(), (first, last))).await?;
    let told = |times: &mut Vec<Duration>| -> Result<String> {
        let (half, most) = (percentile(times, 50).context("no samples")?, percentile(times, 99).context("no samples")?);
        Ok(format!("p50 {:.1} ms, p99 {:.1} ms", half.as_secs_f64() * 1e3, most.as_secs_f64() * 1e3))
    };
    report(&format!(
        "dashboard with {DAYS} days and {accounts} accounts, {REQUESTS_PER_SECOND} requests/s: {} (goal: p99 {} ms)\n  \
         bare SQL of the year alone, as often: {}\n",
        told(&mut product)?,
        GOAL.as_millis(),
        told(&mut bare)?
    ));
    Ok(())
}

/// Asks at a steady pace, whether or not the answers come; how long each took.
async fn paced<F>(request: impl Fn() -> F) -> Result<Vec<Duration>>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut pace = interval(Duration::from_secs(1) / REQUESTS_PER_SECOND);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut requests = JoinSet::new();
    for _ in 0..REQUESTS {
        pace.tick().await;
        let request = request();
        let asked = Instant::now();
        requests.spawn(async move {
            request.await?;
            anyhow::Ok(asked.elapsed())
        });
    }
    let mut times = Vec::with_capacity(REQUESTS);
    while let Some(time) = requests.join_next().await {
        times.push(time??);
    }
    Ok(times)
}

async fn ask(analytics: Arc<dyn Analytics>, (first, last): (BusinessDay, BusinessDay)) -> Result<()> {
    analytics.yesterday_and_today(Actor::Operator).await?;
    let year = analytics.range(Actor::Operator, DayRange { from: Some(first), to: Some(last) }).await?;
    anyhow::ensure!(year.most_expensive.is_some() && year.income.cents() != 0, "nothing is told of the year");
    Ok(())
}

async fn ask_barely(pool: PgPool, generation: i16, (first, last): (BusinessDay, BusinessDay)) -> Result<()> {
    let days = sqlx::query(YEAR).bind(generation).bind(first.0).bind(last.0).fetch_all(&pool).await?;
    anyhow::ensure!(!days.is_empty(), "nothing is told of the year");
    Ok(())
}
