use contracts::{
    Actor, BusinessDay, Role,
    payroll::{PAYROLL_RUNS_MAX, PayrollRun},
};
use platform::database::Failure;

use crate::{Accounting, storage};

/// The newest runs, before a day where one is given.
pub(crate) async fn payroll_runs(accounting: &Accounting, actor: Actor, before: Option<BusinessDay>) -> Result<Vec<PayrollRun>, Failure> {
    actor.require(&[Role::Admin])?;
    Ok(storage::payroll_run::newest(&accounting.pool, before, PAYROLL_RUNS_MAX).await?)
}
