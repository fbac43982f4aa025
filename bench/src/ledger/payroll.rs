//! How long a night's payroll takes.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use contracts::{
    Actor, BusinessDay,
    payroll::{Payroll, PayrollStatus, PayrollWork},
};
use platform::randomness::Randomness;
use sqlx::PgConnection;

use super::GOAL_SHARE_PERCENT;
use crate::{
    company::Company,
    trial::{Trial, effort},
};

/// For how many accounts the goal is set, and how long they may take.
const GOAL: (usize, Duration) = (10_000, Duration::from_secs(10));

/// Two days, one for bare SQL and one for the product; on each everybody was given one task, and seven of eight have finished theirs. The
/// books must be right after that, so either has done the whole work.
pub(super) async fn measure(accounts: usize) -> Result<()> {
    let mut company = Company::found(accounts).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    let (first, second) = (company.days_ago(2), company.days_ago(1));

    company.work(first, accounts).await?;
    services.payroll.start(Actor::Operator, first).await?;
    company.rest().await?;
    let (ceiling_count, ceiling) = effort(pay(&mut company.administrator, first)).await?;

    company.post_letters().await?;
    company.work(second, accounts).await?;
    services.payroll.start(Actor::Operator, second).await?;
    company.rest().await?;
    let (count, product) = effort(carry_on(services.payroll, services.payroll_work, second)).await?;
    anyhow::ensure!((count, ceiling_count) == (accounts, accounts), "of {accounts} accounts {count} were looked at");
    company.audit().await?;

    let goal = if accounts == GOAL.0 { format!(" (goal: {} s)", GOAL.1.as_secs()) } else { String::new() };
    let what = format!("payroll of {accounts} accounts");
    Trial { what: &what, count, things: "accounts", goal: &goal, product, ceiling, goal_share_percent: GOAL_SHARE_PERCENT }.tell();
    Ok(())
}

/// The use case; answers how many accounts it has looked at.
async fn carry_on(payroll: Arc<dyn Payroll>, work: Arc<dyn PayrollWork>, day: BusinessDay) -> Result<usize> {
    work.carry_on().await?;
    let run = payroll.run(Actor::Operator, day).await?;
    anyhow::ensure!(run.status == PayrollStatus::Done, "the payroll of {day} is not done: {run:?}");
    Ok(usize::try_from(run.accounts)?)
}

/// The same in bare SQL.
async fn pay(connection: &mut PgConnection, day: BusinessDay) -> Result<usize> {
    sqlx::query(
        "UPDATE accounting.payroll_run SET status = 'booking', booking_since = now(), unfinished_deliveries = 0 WHERE business_day = $1",
    )
    .bind(day.0)
    .execute(&mut *connection)
    .await?;
    let mut accounts = 0;
    loop {
        let paid: i64 = sqlx::query_scalar("SELECT bench.pay($1)").bind(day.0).fetch_one(&mut *connection).await?;
        if paid == 0 {
            break;
        }
        accounts += usize::try_from(paid)?;
    }
    sqlx::query("UPDATE accounting.payroll_run SET status = 'done', finished_at = now() WHERE business_day = $1")
        .bind(day.0)
        .execute(connection)
        .await?;
    Ok(accounts)
}
