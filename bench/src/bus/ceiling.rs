//! What PostgreSQL can do at best: the statements of the ledger, straight into it in batches, without any bus.

use std::time::Instant;

use anyhow::Result;
use platform::database::Role;
use sqlx::{PgConnection, PgPool};
use testbed::Installation;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Workload;
use crate::{
    machine::ProcessorTime,
    rate, report,
    workload::{BATCH, CLIENTS},
};

/// Books so many withdrawals as accounting's batches do, but without deliveries and events. Answers how many a second.
pub(super) async fn measure(installation: &Installation, workload: &Workload, count: usize) -> Result<f64> {
    let accounting = installation.database.pool(Role::Accounting);
    let before = ProcessorTime::now();
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(accounting.clone(), workload.clone(), count / BATCH / CLIENTS));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    let time = began.elapsed();
    let booked = rate(count / BATCH / CLIENTS * BATCH * CLIENTS, time);
    report(&format!(
        "ceiling: {booked:.0} withdrawals/s, the ledger's statements in batches of {BATCH} by {CLIENTS} clients, without a bus\n  \
         processor time: {}\n",
        ProcessorTime::now().spent_since(&before)
    ));
    Ok(booked)
}

async fn client(accounting: PgPool, workload: Workload, batches: usize) -> Result<()> {
    for _ in 0..batches {
        let mut transaction = accounting.begin().await?;
        book(&mut transaction, &workload).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// One batch: the statements of accounting's `task_assign`, in their order.
async fn book(connection: &mut PgConnection, workload: &Workload) -> Result<()> {
    let assignments = workload.assignments(BATCH);
    let event_ids: Vec<Uuid> = assignments.iter().map(|_| workload.new_id()).collect();
    let task_ids: Vec<i64> = assignments.iter().map(|assigned| assigned.task_id.0).collect();
    let mut user_ids: Vec<Uuid> = assignments.iter().map(|assigned| assigned.assignee_user_id.0).collect();

    let prices: Vec<(i64, i64)> = sqlx::query_as("SELECT task_id, assign_fee FROM accounting.task_price WHERE task_id = ANY ($1)")
        .bind(&task_ids)
        .fetch_all(&mut *connection)
        .await?;
    let price_of = |task_id| prices.iter().find(|(priced, _)| *priced == task_id).map_or(0, |(_, fee)| *fee);
    let fees: Vec<i64> = task_ids.iter().map(|task_id| price_of(*task_id)).collect();
    let by_assignment = user_ids.clone();
    user_ids.sort_unstable();
    user_ids.dedup();
    sqlx::query(
        "SELECT extra_ids ->> 'event_id' FROM accounting.account_log WHERE type = 'WITHDRAW' AND extra_ids ->> 'event_id' = ANY ($1)",
    )
    .bind(event_ids.iter().map(Uuid::to_string).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO accounting.account (user_id) SELECT unnest($1::uuid[]) ON CONFLICT (user_id) DO NOTHING")
        .bind(&user_ids)
        .execute(&mut *connection)
        .await?;
    let mut accounts: Vec<(Uuid, i64, i64, i64)> = sqlx::query_as(
        "SELECT user_id, account_id, balance, entry_count FROM accounting.account
         WHERE user_id = ANY ($1) ORDER BY account_id FOR NO KEY UPDATE",
    )
    .bind(&user_ids)
    .fetch_all(&mut *connection)
    .await?;
    let (mut account_ids, mut entry_nos, mut balances) = (Vec::new(), Vec::new(), Vec::new());
    for (user_id, fee) in by_assignment.iter().zip(&fees) {
        if let Some((_, account_id, balance, entry_count)) = accounts.iter_mut().find(|account| account.0 == *user_id) {
            *balance -= fee;
            *entry_count += 1;
            account_ids.push(*account_id);
            entry_nos.push(*entry_count);
            balances.push(*balance);
        }
    }
    sqlx::query(
        "UPDATE accounting.account SET balance = changed.balance, entry_count = changed.entry_count
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS changed (account_id, balance, entry_count)
         WHERE account.account_id = changed.account_id",
    )
    .bind(accounts.iter().map(|account| account.1).collect::<Vec<_>>())
    .bind(accounts.iter().map(|account| account.2).collect::<Vec<_>>())
    .bind(accounts.iter().map(|account| account.3).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO accounting.account_log
             (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
         SELECT account_id, entry_no, 'WITHDRAW', amount, balance_after,
             jsonb_build_object('event_id', event_id, 'task_id', task_id), now(), current_date
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::uuid[], $6::bigint[])
             AS entry (account_id, entry_no, amount, balance_after, event_id, task_id)
         RETURNING log_id, account_id, entry_no",
    )
    .bind(&account_ids)
    .bind(&entry_nos)
    .bind(&fees)
    .bind(&balances)
    .bind(&event_ids)
    .bind(&task_ids)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO accounting.manager_income_by_day AS income (date, total_assign_fee, total_resolve_price, revision)
         VALUES (current_date, $1, 0, 1)
         ON CONFLICT (date) DO UPDATE
         SET total_assign_fee = income.total_assign_fee + excluded.total_assign_fee, revision = income.revision + 1
         RETURNING total_assign_fee",
    )
    .bind(fees.iter().sum::<i64>())
    .execute(connection)
    .await?;
    Ok(())
}
