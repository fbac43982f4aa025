use contracts::{BusinessDay, Caller, ServiceError, letter::Letter};
use platform::database::Failure;

use super::compose_letter::compose_letter;
use crate::{Accounting, storage};

/// What the caller was told of the payroll of a day: what the letter says, also when it never arrived.
pub(crate) async fn own_pay_slip(accounting: &Accounting, caller: Caller, day: BusinessDay) -> Result<Letter, Failure> {
    let letter_id = storage::letter::of_user(&accounting.pool, caller.user_id, day).await?.ok_or(ServiceError::NotFound)?;
    compose_letter(accounting, letter_id).await
}
