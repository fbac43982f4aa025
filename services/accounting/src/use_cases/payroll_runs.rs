use contracts::{
    Actor, BusinessDay, LetterId, Role, ServiceError,
    payroll::{LetterSummary, PAYROLL_RUNS_MAX, PayrollRun},
};
use platform::database::Failure;

use crate::{Accounting, storage};

/// The newest runs, before a day where one is given.
pub(crate) async fn payroll_runs(accounting: &Accounting, actor: Actor, before: Option<BusinessDay>) -> Result<Vec<PayrollRun>, Failure> {
    actor.require(&[Role::Admin])?;
    let limit = i64::try_from(PAYROLL_RUNS_MAX).unwrap_or(i64::MAX);
    Ok(storage::payroll_run::newest(&accounting.pool, before, limit).await?)
}

/// The letters about the payroll of a day, a part at a time.
pub(crate) async fn letters(
    accounting: &Accounting,
    actor: Actor,
    day: BusinessDay,
    after: Option<LetterId>,
) -> Result<Vec<LetterSummary>, Failure> {
    actor.require(&[Role::Admin])?;
    Ok(storage::letter::of_day(&accounting.pool, day, after).await?)
}

/// The run of a day.
pub(crate) async fn payroll_run(accounting: &Accounting, actor: Actor, day: BusinessDay) -> Result<PayrollRun, Failure> {
    actor.require(&[Role::Admin])?;
    storage::payroll_run::of_day(&accounting.pool, day).await?.ok_or_else(|| ServiceError::NotFound.into())
}
