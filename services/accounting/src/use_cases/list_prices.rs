use contracts::{
    ServiceError, TaskId,
    accounting::{PRICE_IDS_MAX, TaskPrice},
};
use platform::database::Failure;

use crate::{Accounting, storage};

/// The prices of these tasks; those that have none yet are left out.
pub(crate) async fn list_prices(accounting: &Accounting, task_ids: &[TaskId]) -> Result<Vec<TaskPrice>, Failure> {
    if task_ids.len() > PRICE_IDS_MAX {
        return Err(ServiceError::TooMany { max: PRICE_IDS_MAX }.into());
    }
    Ok(storage::task_price::by_task_ids(&accounting.pool, task_ids).await?)
}
