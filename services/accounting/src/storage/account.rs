use contracts::{AccountId, Money, UserId};
use sqlx::{PgConnection, PgExecutor};

/// An account under its lock.
pub(crate) struct LockedAccount {
    pub(crate) account_id: AccountId,
    pub(crate) balance: Money,
    pub(crate) entry_count: i64,
}

/// The employee's account, opened if there is none, locked until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection, user_id: UserId) -> sqlx::Result<LockedAccount> {
    sqlx::query!("INSERT INTO accounting.account (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING", user_id.0)
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query!("SELECT account_id, balance, entry_count FROM accounting.account WHERE user_id = $1 FOR UPDATE", user_id.0)
        .fetch_one(connection)
        .await?;
    Ok(LockedAccount { account_id: AccountId(row.account_id), balance: Money::from_cents(row.balance), entry_count: row.entry_count })
}

/// Sets what the account holds after one more entry.
pub(crate) async fn update(connection: &mut PgConnection, account_id: AccountId, balance: Money, entry_count: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE accounting.account SET balance = $2, entry_count = $3 WHERE account_id = $1",
        account_id.0,
        balance.cents(),
        entry_count
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
