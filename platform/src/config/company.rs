use chrono_tz::Tz;
use serde::Serialize;

/// The company as a whole.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Company {
    /// The time zone whose calendar days are the business days, by its IANA name (`Europe/Moscow`). What is booked stays on its
    /// day when this is changed.
    #[config(env = "ATES_COMPANY_TIME_ZONE", default = "UTC")]
    pub time_zone: Tz,
}
