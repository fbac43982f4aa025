use std::collections::HashMap;

use contracts::{AccountId, Money, UserId};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// An account under its lock.
pub(crate) struct LockedAccount {
    pub(crate) account_id: AccountId,
    pub(crate) balance: Money,
    pub(crate) entry_count: i64,
}

/// The accounts of these employees, opened where there are none, locked until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    user_ids: impl Iterator<Item = UserId>,
) -> sqlx::Result<HashMap<UserId, LockedAccount>> {
    let mut user_ids: Vec<Uuid> = user_ids.map(|user_id| user_id.0).collect();
    // Always in the same order, as all locks are taken.
    user_ids.sort_unstable();
    user_ids.dedup();
    let mut accounts = lock_existing(connection, &user_ids).await?;
    if accounts.len() < user_ids.len() {
        let missing: Vec<Uuid> = user_ids.iter().copied().filter(|user_id| !accounts.contains_key(&UserId(*user_id))).collect();
        sqlx::query!("INSERT INTO accounting.account (user_id) SELECT unnest($1::uuid[]) ON CONFLICT (user_id) DO NOTHING", &missing)
            .execute(&mut *connection)
            .await?;
        accounts = lock_existing(connection, &user_ids).await?;
    }
    Ok(accounts)
}

async fn lock_existing(connection: &mut PgConnection, user_ids: &[Uuid]) -> sqlx::Result<HashMap<UserId, LockedAccount>> {
    let rows = sqlx::query!(
        "SELECT user_id, account_id, balance, entry_count FROM accounting.account
         WHERE user_id = ANY ($1) ORDER BY account_id FOR NO KEY UPDATE",
        user_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let account = LockedAccount {
                account_id: AccountId(row.account_id),
                balance: Money::from_cents(row.balance),
                entry_count: row.entry_count,
            };
            (UserId(row.user_id), account)
        })
        .collect())
}

/// Sets what locked accounts hold after some more entries.
pub(crate) async fn update(connection: &mut PgConnection, accounts: impl Iterator<Item = &LockedAccount>) -> sqlx::Result<()> {
    let (mut account_ids, mut balances, mut entry_counts) = (Vec::new(), Vec::new(), Vec::new());
    for account in accounts {
        account_ids.push(account.account_id.0);
        balances.push(account.balance.cents());
        entry_counts.push(account.entry_count);
    }
    sqlx::query!(
        "UPDATE accounting.account SET balance = changed.balance, entry_count = changed.entry_count
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS changed (account_id, balance, entry_count)
         WHERE account.account_id = changed.account_id",
        &account_ids,
        &balances,
        &entry_counts
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The employee's account and its balance, if it has one.
pub(crate) async fn of_user(executor: impl PgExecutor<'_>, user_id: UserId) -> sqlx::Result<Option<(AccountId, Money)>> {
    let row =
        sqlx::query!("SELECT account_id, balance FROM accounting.account WHERE user_id = $1", user_id.0).fetch_optional(executor).await?;
    Ok(row.map(|row| (AccountId(row.account_id), Money::from_cents(row.balance))))
}
