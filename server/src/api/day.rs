//! Business days in addresses: `2026-11-23`.

use contracts::{BusinessDay, DayRange, Field, FieldProblem, InvalidField, ServiceError};
use serde::Deserialize;
use utoipa::IntoParams;

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct DayParameters {
    /// A business day, as `2026-11-23`; today where none is given.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "date")]
    day: Option<String>,
}

impl DayParameters {
    pub(super) fn read(&self) -> Result<Option<BusinessDay>, ServiceError> {
        self.day.as_deref().map(read).transpose()
    }
}

/// Over which days.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct RangeParameters {
    /// The first day, as `2026-11-01`; the first of the month of the last one where none is given.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "date")]
    from: Option<String>,
    /// The last day, which belongs to it; today where none is given.
    #[serde(default)]
    #[param(value_type = Option<String>, format = "date")]
    to: Option<String>,
}

impl RangeParameters {
    pub(super) fn read(&self) -> Result<DayRange, ServiceError> {
        let read = |day: &Option<String>| day.as_deref().map(read).transpose();
        Ok(DayRange { from: read(&self.from)?, to: read(&self.to)? })
    }
}

/// Reads a business day.
pub(super) fn read(day: &str) -> Result<BusinessDay, ServiceError> {
    day.parse().map_err(|_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed }))
}
