use contracts::{
    Actor, BusinessDay, DayRange,
    analytics::{ANALYTICS_DAYS_MAX, CompanyDay, CompanyRange, MAY_SEE_ANALYTICS, Period, RemarkablePeriod, remarkable_periods},
};
use platform::database::Failure;

use crate::{Analytics, storage};

/// The company on a day, today by default.
pub(crate) async fn day(analytics: &Analytics, actor: Actor, day: Option<BusinessDay>) -> Result<CompanyDay, Failure> {
    let today = analytics.clock.moment(&analytics.pool).await?.day;
    let day = day.unwrap_or(today);
    let days = days(analytics, actor, DayRange { from: Some(day), to: Some(day) }).await?;
    Ok(days.into_iter().next().ok_or(sqlx::Error::RowNotFound)?)
}

/// The company on each day of a range.
pub(crate) async fn range(analytics: &Analytics, actor: Actor, range: DayRange) -> Result<CompanyRange, Failure> {
    days(analytics, actor, range).await.map(CompanyRange::of)
}

/// The most expensive task of each period of a range.
pub(crate) async fn remarkable(analytics: &Analytics, actor: Actor, range: DayRange, by: Period) -> Result<Vec<RemarkablePeriod>, Failure> {
    Ok(remarkable_periods(&days(analytics, actor, range).await?, by))
}

async fn days(analytics: &Analytics, actor: Actor, range: DayRange) -> Result<Vec<CompanyDay>, Failure> {
    actor.require(MAY_SEE_ANALYTICS)?;
    let today = analytics.clock.moment(&analytics.pool).await?.day;
    let days = range.resolve(today, ANALYTICS_DAYS_MAX)?;
    Ok(storage::company_data_by_day::of_range(&analytics.pool, &days).await?)
}
