use contracts::{Actor, BusinessDay, Role, ServiceError, payroll::PayrollRun};
use platform::database::Failure;

use crate::{Accounting, storage};

/// Starts the payroll of a day that has ended, and of those before it that have none: nights are paid in order (specification,
/// decision 6). It is worked off in the background.
pub(crate) async fn start_payroll(accounting: &Accounting, actor: Actor, day: BusinessDay) -> Result<PayrollRun, Failure> {
    actor.require(&[Role::Admin])?;
    let today = accounting.clock.moment(&accounting.pool).await?.day;
    if day >= today {
        return Err(ServiceError::DayNotEnded.into());
    }
    let mut transaction = accounting.pool.begin().await?;
    storage::payroll_run::start(&mut transaction, day, actor.user_id()).await?;
    transaction.commit().await?;
    storage::payroll_run::of_day(&accounting.pool, day).await?.ok_or_else(|| ServiceError::NothingToPay.into())
}
