//! How fast the tracker reassigns all open tasks, and what becomes of everybody else meanwhile.

mod meanwhile;
mod walk;

use anyhow::Result;
use clap::Args;
use contracts::{
    Actor, RunId,
    reassign::{Reassign, ReassignRun, ReassignStatus},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{company::Company, machine, report};

/// How many employees are assignable.
const EMPLOYEES: usize = 100;

/// How much of each to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// How many open tasks a run reassigns; one run for each number
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    tasks: Vec<usize>,
    /// Of how many open tasks the fees are booked, while people go on working
    #[arg(long, default_value_t = 100_000)]
    booked: usize,
}

/// Measures everything and prints the report. Each part has servers of its own, so that none is in the way of another.
pub(crate) async fn measure(options: &Options) -> Result<()> {
    report(&format!("machine: {}; everything runs on it", machine::describe()));
    for tasks in &options.tasks {
        walk::measure(*tasks).await?;
    }
    Box::pin(meanwhile::measure(options.booked)).await
}

/// A company with open tasks, each with its price.
async fn company_with_tasks(tasks: usize) -> Result<Company> {
    let mut company = Company::found(EMPLOYEES).await?;
    sqlx::query("SELECT bench.open_tasks($1)").bind(i32::try_from(tasks)?).execute(&mut company.administrator).await?;
    company.rest().await?;
    Ok(company)
}

/// Starts a run over the open tasks.
async fn start(reassign: &dyn Reassign, tasks: usize) -> Result<RunId> {
    let run = reassign.start(Actor::Operator).await?;
    anyhow::ensure!(usize::try_from(run.open_tasks)? == tasks, "{tasks} tasks are open, the run says {run:?}");
    Ok(run.run_id)
}

/// Whether a run has ended; an error where it has done something else than all its work.
fn is_done(run: &ReassignRun, tasks: usize) -> Result<bool> {
    match run.status {
        ReassignStatus::Running => Ok(false),
        ReassignStatus::Done if usize::try_from(run.assigned + run.failures)? <= tasks => Ok(true),
        _ => anyhow::bail!("the run has ended as {run:?}"),
    }
}

/// Those who may be given tasks.
async fn employees(connection: &mut PgConnection) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar(r#"SELECT user_id FROM auth."user""#).fetch_all(connection).await?)
}
