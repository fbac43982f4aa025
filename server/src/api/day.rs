//! Business days in addresses: `2026-11-23`.

use contracts::{BusinessDay, Field, FieldProblem, InvalidField, ServiceError};

/// Reads a business day.
pub(super) fn read(day: &str) -> Result<BusinessDay, ServiceError> {
    day.parse().map_err(|_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed }))
}
