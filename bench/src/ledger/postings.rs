//! How many postings a second the reactions of accounting make, without the wire before them: deliveries are handed out and begun
//! beforehand, and what is measured is all that an attempt at a batch of them does, up to and with its commit.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use contracts::{Fact, Subscription};
use platform::{
    bus::{AnyReaction, Attempt, Deliveries, Lease, Wanted},
    randomness::Randomness,
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{GOAL_SHARE_PERCENT, Options};
use crate::{
    company::Company,
    machine, report,
    trial::{Trial, effort},
    workload::{BATCH, CLIENTS, TASKS, Workload},
};

/// Which deliveries lead to postings.
const SUBSCRIPTION: Subscription = Subscription::AccountingTaskAssign;

/// Long enough that no delivery is handed out a second time.
const LEASE: Lease = Lease { length: Duration::from_hours(1), left_min: Duration::ZERO };

/// Measures postings on many accounts and on a single one. The books must be right after that, so both the reactions and bare SQL have
/// done the whole work.
pub(super) async fn measure(options: &Options) -> Result<()> {
    let mut company = Company::found(1).await?;
    report(&format!("durability: {}\n", machine::durability(&company.installation.owner).await?));
    // The tasks that assignments speak of, with their prices.
    company.work(company.days_ago(1), usize::try_from(TASKS)?).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    let reaction = services.reactions.iter().find(|reaction| reaction.subscription() == SUBSCRIPTION).context("nobody reacts")?;
    let pool = PgPoolOptions::new().max_connections(u32::try_from(CLIENTS)?).connect(&company.installation.addresses.database_url).await?;

    for (seed, accounts, goal) in [(1, options.accounts, ""), (2, 1, " (goal: 1,000/s)")] {
        let workload = Workload::new(&company.installation, accounts, seed);
        company.open_accounts(&workload.employees()).await?;
        let first = backlog(&workload, &services.deliveries, options.postings).await?;
        let second = backlog(&workload, &services.deliveries, options.postings).await?;
        company.rest().await?;
        let ((), ceiling) = effort(by_clients(first, |batch| book(pool.clone(), batch))).await?;
        company.rest().await?;
        let ((), product) = effort(by_clients(second, |batch| react(reaction.clone(), batch))).await?;
        let what = format!("postings on {accounts} accounts, in batches of {BATCH} by {CLIENTS} clients");
        Trial { what: &what, count: options.postings, things: "postings", goal, product, ceiling, goal_share_percent: GOAL_SHARE_PERCENT }
            .tell();
    }
    company.audit().await
}

/// Publishes assignments and begins an attempt at each, in batches.
async fn backlog(workload: &Workload, deliveries: &Deliveries, count: usize) -> Result<Vec<Vec<Attempt>>> {
    workload.assign_many(count).await?;
    let mut batches = Vec::new();
    loop {
        let wanted = Wanted { subscription: SUBSCRIPTION, with_alone: false, limit: i64::try_from(BATCH)?, lease: LEASE };
        let dispatches = deliveries.claim(&[wanted]).await?;
        if dispatches.is_empty() {
            return Ok(batches);
        }
        let dispatches: Vec<_> = dispatches.iter().map(|dispatch| (dispatch.delivery_id, dispatch.dispatch_no)).collect();
        batches.push(deliveries.begin(&dispatches, LEASE).await?.attempts);
    }
}

/// Does the work of all batches, as many at a time as there are clients.
async fn by_clients<F>(batches: Vec<Vec<Attempt>>, work: impl Fn(Vec<Attempt>) -> F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut clients = JoinSet::new();
    for batch in batches {
        if clients.len() == CLIENTS {
            clients.join_next().await.context("there are no clients")???;
        }
        clients.spawn(work(batch));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(())
}

/// A batch as a worker applies it.
async fn react(reaction: Arc<dyn AnyReaction>, batch: Vec<Attempt>) -> Result<()> {
    let outcome = reaction.attempt(&batch).await?;
    anyhow::ensure!(outcome.applied == batch.len(), "of {} postings only some were made: {outcome:?}", batch.len());
    Ok(())
}

/// The same in bare SQL.
async fn book(pool: PgPool, batch: Vec<Attempt>) -> Result<()> {
    let assigned = batch.iter().map(|attempt| match &attempt.event.fact {
        Fact::TaskAssign(assigned) => Ok((assigned.task_id.0, assigned.assignee_user_id.0)),
        other => anyhow::bail!("{} came instead of an assignment", other.kind()),
    });
    let (task_ids, user_ids): (Vec<i64>, Vec<Uuid>) = assigned.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    sqlx::query("SELECT bench.book($1, $2, $3, $4, $5, $6)")
        .bind(batch.iter().map(|attempt| attempt.key.delivery_id).collect::<Vec<_>>())
        .bind(batch.iter().map(|attempt| attempt.event.event_id.0).collect::<Vec<_>>())
        .bind(task_ids)
        .bind(user_ids)
        .bind(batch.iter().map(|attempt| attempt.event.occurred.at).collect::<Vec<_>>())
        .bind(batch.iter().map(|attempt| attempt.event.occurred.day.0).collect::<Vec<_>>())
        .execute(&pool)
        .await?;
    Ok(())
}
