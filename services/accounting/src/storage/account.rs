use std::collections::HashMap;

use contracts::{AccountId, BusinessDay, Moment, Money, UserId, accounting::EntryKind};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::account_log::NewEntry;
use crate::{ledger::ExtraIds, payroll::ClosedAccount};

/// An account under its lock.
pub(crate) struct LockedAccount {
    pub(crate) account_id: AccountId,
    pub(crate) balance: Money,
    pub(crate) entry_count: i64,
}

impl LockedAccount {
    /// The next entry, which changes the balance. Nothing where the sum does not fit.
    pub(crate) fn enter(&mut self, entry_kind: EntryKind, amount: Money, extra_ids: ExtraIds, occurred: Moment) -> Option<NewEntry> {
        let signed_amount = entry_kind.signed(amount);
        let balance_before = self.balance;
        self.balance = balance_before.checked_add(signed_amount)?;
        self.entry_count += 1;
        Some(NewEntry {
            account_id: self.account_id,
            entry_no: self.entry_count,
            entry_kind,
            amount,
            signed_amount,
            balance_before,
            balance_after: self.balance,
            extra_ids,
            occurred,
        })
    }
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

/// The next accounts after `last`, at most `limit`, in the order of their ids, with what each holds at the end of a day; locked until
/// the transaction ends.
pub(crate) async fn close(
    connection: &mut PgConnection,
    last: AccountId,
    day: BusinessDay,
    limit: i64,
) -> sqlx::Result<Vec<ClosedAccount>> {
    let locked = sqlx::query_scalar!(
        "SELECT account_id FROM accounting.account WHERE account_id > $1 ORDER BY account_id LIMIT $2 FOR NO KEY UPDATE",
        last.0,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    // Another statement, which sees what was booked while the first one waited for the locks. Few entries are of later days, and all
    // others make up the balance, so history need not be added up.
    let rows = sqlx::query!(
        r#"SELECT account_id, user_id, balance, entry_count, (balance - later.sum)::bigint AS "closing!", EXISTS (
               SELECT FROM accounting.account_log WHERE account_log.account_id = account.account_id AND business_day <= $2
           ) AS "was_open!"
           FROM accounting.account, LATERAL (
               SELECT coalesce(sum(signed_amount), 0) AS sum FROM accounting.account_log
               WHERE account_log.account_id = account.account_id AND business_day > $2
           ) AS later
           WHERE account_id = ANY ($1)
           ORDER BY account_id"#,
        &locked,
        day.0
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ClosedAccount {
            account: LockedAccount {
                account_id: AccountId(row.account_id),
                balance: Money::from_cents(row.balance),
                entry_count: row.entry_count,
            },
            user_id: UserId(row.user_id),
            closing: Money::from_cents(row.closing),
            was_open: row.was_open,
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
