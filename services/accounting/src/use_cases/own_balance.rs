use contracts::{Caller, Money, accounting::Balance};
use platform::database::Failure;

use crate::{Accounting, storage};

/// The caller's balance now; nothing for an employee without an account.
pub(crate) async fn own_balance(accounting: &Accounting, caller: Caller) -> Result<Balance, Failure> {
    let account = storage::account::of_user(&accounting.pool, caller.user_id).await?;
    Ok(Balance { balance: account.map_or(Money::ZERO, |(_, balance)| balance) })
}
