use contracts::{BusinessDay, Money};
use sqlx::PgConnection;

use crate::payroll::ClosedAccount;

/// Writes a letter to the holder of each of these accounts about what was paid for a day (specification, decision 7).
pub(crate) async fn insert(connection: &mut PgConnection, day: BusinessDay, accounts: &[&ClosedAccount]) -> sqlx::Result<()> {
    let column = |value: fn(&ClosedAccount) -> i64| accounts.iter().map(|account| value(account)).collect::<Vec<i64>>();
    sqlx::query!(
        "INSERT INTO accounting.letter (business_day, account_id, paid, balance, last_entry_no)
         SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
        day.0,
        &column(|account| account.account.account_id.0),
        &column(|account| account.payout().unwrap_or(Money::ZERO).cents()),
        &column(|account| account.debt().cents()),
        &column(|account| account.account.entry_count)
    )
    .execute(connection)
    .await
    .map(drop)
}
