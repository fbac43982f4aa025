use contracts::{
    Actor, BusinessDay, DayRange,
    analytics::{ANALYTICS_DAYS_MAX, CompanyDay, CompanyRange, MAY_SEE_ANALYTICS, Period, RemarkablePeriod, remarkable_periods},
};
use platform::database::Failure;

use crate::{Analytics, storage};

/// The company on a day, today by default.
pub(crate) async fn day(analytics: &Analytics, actor: Actor, day: Option<BusinessDay>) -> Result<CompanyDay, Failure> {
    actor.require(MAY_SEE_ANALYTICS)?;
    let day = match day {
        Some(day) => day,
        None => analytics.clock.moment(&analytics.pool).await?.day,
    };
    let [told] = exactly(analytics, day, day).await?;
    Ok(told)
}

/// The company yesterday and today.
pub(crate) async fn yesterday_and_today(analytics: &Analytics, actor: Actor) -> Result<[CompanyDay; 2], Failure> {
    actor.require(MAY_SEE_ANALYTICS)?;
    let today = analytics.clock.moment(&analytics.pool).await?.day;
    exactly(analytics, today.previous(), today).await
}

/// The company on so many days.
async fn exactly<const N: usize>(analytics: &Analytics, first: BusinessDay, last: BusinessDay) -> Result<[CompanyDay; N], Failure> {
    let days = storage::company_data_by_day::of_range(&analytics.pool, &(first..=last)).await?;
    days.try_into().map_err(|_| sqlx::Error::RowNotFound.into())
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
    // Who says until when need not be told what day it is.
    let today = match range.to {
        Some(last) => last,
        None => analytics.clock.moment(&analytics.pool).await?.day,
    };
    let days = range.resolve(today, ANALYTICS_DAYS_MAX)?;
    Ok(storage::company_data_by_day::of_range(&analytics.pool, &days).await?)
}
