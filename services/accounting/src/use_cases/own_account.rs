use contracts::{
    Caller,
    accounting::{AccountStatement, AuditLogPart},
};
use platform::database::Failure;

use super::{
    own_audit_log::{StoredLog, tasks_by_id},
    own_balance::StoredBalance,
};
use crate::Accounting;

/// The caller's balance and a part of the audit log, of the same moment: the balance is what the entries make, and nothing is both booked
/// and pending.
pub(crate) async fn own_account(accounting: &Accounting, caller: Caller, part: AuditLogPart) -> Result<AccountStatement, Failure> {
    let mut snapshot = accounting.snapshot().await?;
    let balance = StoredBalance::read(accounting, &mut snapshot, caller).await?;
    let log = StoredLog::read(accounting, &mut snapshot, caller, part).await?;
    snapshot.commit().await?;
    let tasks = tasks_by_id(accounting, balance.task_ids().chain(log.task_ids())).await?;
    Ok(AccountStatement { balance: balance.with(&tasks), log: log.with(&tasks) })
}
