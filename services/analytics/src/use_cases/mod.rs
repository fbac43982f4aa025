//! What others may ask of the service.

pub(crate) mod company_days;
pub(crate) mod rebuild;
