use std::collections::BTreeMap;

use contracts::{AccountId, BusinessDay, Money};
use sqlx::PgConnection;

use super::generation::Generation;
use crate::negative_accounts::Days;

/// Locks accounts in the order of their ids; answers their balances.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    generation: Generation,
    account_ids: impl Iterator<Item = AccountId>,
) -> sqlx::Result<BTreeMap<AccountId, Money>> {
    let account_ids: Vec<i64> = account_ids.map(|account_id| account_id.0).collect();
    sqlx::query!(
        "INSERT INTO analytics.account (generation, account_id)
         SELECT $1, account_id FROM unnest($2::bigint[]) AS account_id ORDER BY account_id
         ON CONFLICT DO NOTHING",
        generation.number(),
        &account_ids
    )
    .execute(&mut *connection)
    .await?;
    let rows = sqlx::query!(
        "SELECT account_id, balance FROM analytics.account
         WHERE generation = $1 AND account_id = ANY ($2) ORDER BY account_id FOR UPDATE",
        generation.number(),
        &account_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (AccountId(row.account_id), Money::from_cents(row.balance))).collect())
}

/// What accounts moved, each from the first day of its `moved` on.
pub(crate) async fn days_since(
    connection: &mut PgConnection,
    generation: Generation,
    moved: &BTreeMap<AccountId, Days>,
) -> sqlx::Result<BTreeMap<AccountId, Days>> {
    let (account_ids, first_days): (Vec<i64>, Vec<_>) =
        moved.iter().filter_map(|(account_id, days)| Some((account_id.0, days.keys().next()?.0))).unzip();
    let rows = sqlx::query!(
        "SELECT account_day.account_id, business_day, amount
         FROM unnest($2::bigint[], $3::date[]) AS moved (account_id, first_day)
         JOIN analytics.account_day ON generation = $1 AND account_day.account_id = moved.account_id AND business_day >= first_day",
        generation.number(),
        &account_ids,
        &first_days
    )
    .fetch_all(connection)
    .await?;
    let mut days: BTreeMap<AccountId, Days> = BTreeMap::new();
    for row in rows {
        days.entry(AccountId(row.account_id)).or_default().insert(BusinessDay(row.business_day), Money::from_cents(row.amount));
    }
    Ok(days)
}

/// Adds what locked accounts moved, to their days and to their balances.
pub(crate) async fn add(connection: &mut PgConnection, generation: Generation, moved: &BTreeMap<AccountId, Days>) -> sqlx::Result<()> {
    let mut account_ids = Vec::new();
    let mut days = Vec::new();
    let mut amounts = Vec::new();
    for (account_id, moved) in moved {
        for (day, amount) in moved {
            account_ids.push(account_id.0);
            days.push(day.0);
            amounts.push(amount.cents());
        }
    }
    sqlx::query!(
        "WITH moved AS (
             SELECT account_id, business_day, amount
             FROM unnest($2::bigint[], $3::date[], $4::bigint[]) AS moved (account_id, business_day, amount)
         ), added AS (
             INSERT INTO analytics.account_day AS known (generation, account_id, business_day, amount)
             SELECT $1, account_id, business_day, amount FROM moved
             ON CONFLICT (generation, account_id, business_day) DO UPDATE SET amount = known.amount + excluded.amount
         )
         UPDATE analytics.account SET balance = balance + total
         FROM (SELECT account_id, sum(amount)::bigint AS total FROM moved GROUP BY account_id) AS moved
         WHERE generation = $1 AND account.account_id = moved.account_id",
        generation.number(),
        &account_ids,
        &days,
        &amounts
    )
    .execute(connection)
    .await
    .map(drop)
}
