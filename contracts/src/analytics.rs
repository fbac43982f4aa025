//! The analytics service: what the company earned, how many accounts were in the red, and its most expensive tasks, day by day. It knows
//! accounting (specification, §4).

use async_trait::async_trait;
use chrono::{DateTime, Datelike as _, Days, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, BusinessDay, DayRange, Money, RebuildId, Role, ServiceError, TaskId, UserId};

/// Over how many days analytics tells at once: a leap year.
pub const ANALYTICS_DAYS_MAX: usize = 366;

/// Who may see the dashboard.
pub const MAY_SEE_ANALYTICS: &[Role] = &[Role::Manager, Role::Admin];

/// Who may rebuild the read models.
pub const MAY_REBUILD: &[Role] = &[Role::Admin];

/// A finished task and what it paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkableTask {
    /// Which task.
    pub task_id: TaskId,
    /// What finishing it paid, in cents.
    pub resolve_price: Money,
}

impl RemarkableTask {
    /// The more remarkable of two: the more expensive one, and of equal ones the one that was created first (specification, decision 9).
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let rank = |task: Self| (task.resolve_price, std::cmp::Reverse(task.task_id));
        if rank(other) > rank(self) { other } else { self }
    }
}

/// The company on a business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompanyDay {
    /// Which day.
    pub day: BusinessDay,
    /// Everything charged for assignments, in cents.
    pub total_assign_fee: Money,
    /// Everything paid for finished tasks, in cents.
    pub total_resolve_price: Money,
    /// What was left to management, in cents: fees without rewards (specification, decision 2).
    pub income: Money,
    /// How many accounts were below zero at the end of the day, or are so far (specification, decision 8).
    pub negative_balance_account_count: i64,
    /// The most expensive task that was finished on the day; nothing where none was.
    pub most_expensive: Option<RemarkableTask>,
}

/// The company over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompanyRange {
    /// Every day of the range, in order, also those on which nothing happened.
    pub days: Vec<CompanyDay>,
    /// The sum of all days' fees, in cents.
    pub total_assign_fee: Money,
    /// The sum of all days' rewards, in cents.
    pub total_resolve_price: Money,
    /// The sum of all days' income, in cents.
    pub income: Money,
    /// The most expensive task of all days; nothing where none was finished.
    pub most_expensive: Option<RemarkableTask>,
}

impl CompanyRange {
    /// The days with their sums.
    #[must_use]
    pub fn of(days: Vec<CompanyDay>) -> Self {
        let sum = |amount: fn(&CompanyDay) -> Money| days.iter().map(amount).sum();
        Self {
            total_assign_fee: sum(|day| day.total_assign_fee),
            total_resolve_price: sum(|day| day.total_resolve_price),
            income: sum(|day| day.income),
            most_expensive: days.iter().filter_map(|day| day.most_expensive).reduce(RemarkableTask::or),
            days,
        }
    }
}

/// By what the days of a range are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Each day by itself.
    #[default]
    Day,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// All days of the range.
    Range,
}

impl Period {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Range];

    /// Its name, in addresses and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Range => "range",
        }
    }

    /// The period of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }

    /// The first day of the period that holds `day`, in a range that begins with `first`.
    fn first_day(self, day: BusinessDay, first: BusinessDay) -> BusinessDay {
        let begin = match self {
            Self::Day => day,
            Self::Week => BusinessDay(day.0 - Days::new(u64::from(day.0.weekday().num_days_from_monday()))),
            Self::Month => day.first_of_month(),
            Self::Range => first,
        };
        begin.max(first)
    }
}

/// The most expensive task that was finished in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkablePeriod {
    /// The first day of the period, or of the part of it that was asked for.
    pub from: BusinessDay,
    /// Its last day.
    pub to: BusinessDay,
    /// The task; nothing where none was finished.
    pub most_expensive: Option<RemarkableTask>,
}

/// The most expensive task of each period of a range of days.
#[must_use]
pub fn remarkable_periods(days: &[CompanyDay], by: Period) -> Vec<RemarkablePeriod> {
    let Some(first) = days.first().map(|day| day.day) else { return Vec::new() };
    let periods = days.chunk_by(|day, next| by.first_day(day.day, first) == by.first_day(next.day, first));
    let periods = periods.filter_map(|days| {
        let (from, to) = (days.first()?.day, days.last()?.day);
        let most_expensive = days.iter().filter_map(|day| day.most_expensive).reduce(RemarkableTask::or);
        Some(RemarkablePeriod { from, to, most_expensive })
    });
    periods.collect()
}

/// How a rebuild stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RebuildStatus {
    /// It goes through the stored events.
    Running,
    /// What it has built is what pages show.
    Done,
    /// It was broken off; pages show what they showed before.
    Failed,
}

impl RebuildStatus {
    /// Its name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed].into_iter().find(|status| status.name() == name)
    }
}

/// The read models being built once more, from the stored events, beside those that pages show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rebuild {
    /// Which one.
    pub rebuild_id: RebuildId,
    /// How it stands.
    pub status: RebuildStatus,
    /// The employee who started it; nothing where an operator did.
    pub started_by: Option<UserId>,
    /// When.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many events there were to go through when it started.
    pub events_total: i64,
    /// Through how many it has gone.
    pub events_read: i64,
    /// How many tasks were left out because they have no price.
    pub unpriced_tasks: i64,
    /// The first day that was told wrongly until then, and how; nothing where both agree.
    pub difference: Option<String>,
}

/// What pages, the API and the command line may ask of analytics. Where nothing else is said, for [`MAY_SEE_ANALYTICS`] and operators.
#[async_trait]
pub trait Analytics: Send + Sync + 'static {
    /// The company on a day; today where none is given.
    async fn day(&self, actor: Actor, day: Option<BusinessDay>) -> Result<CompanyDay, ServiceError>;

    /// The company yesterday and today, both as they are at the same moment.
    async fn yesterday_and_today(&self, actor: Actor) -> Result<[CompanyDay; 2], ServiceError>;

    /// The company on each day of a range of at most [`ANALYTICS_DAYS_MAX`] days.
    ///
    /// [`ServiceError::RangeBackwards`] where the first day is after the last, [`ServiceError::TooManyDays`] where there are more days.
    async fn range(&self, actor: Actor, range: DayRange) -> Result<CompanyRange, ServiceError>;

    /// The most expensive task of each period of such a range.
    async fn remarkable(&self, actor: Actor, range: DayRange, by: Period) -> Result<Vec<RemarkablePeriod>, ServiceError>;

    /// Starts a rebuild, which goes on in this process; for [`MAY_REBUILD`] and operators. While one is running, that one is answered.
    async fn start_rebuild(&self, actor: Actor) -> Result<Rebuild, ServiceError>;

    /// The newest rebuild, if there was one; for [`MAY_REBUILD`] and operators.
    async fn last_rebuild(&self, actor: Actor) -> Result<Option<Rebuild>, ServiceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDay {
        text.parse().expect("a day")
    }

    fn task(task_id: i64, cents: i64) -> RemarkableTask {
        RemarkableTask { task_id: TaskId(task_id), resolve_price: Money::from_cents(cents) }
    }

    #[test]
    fn of_equally_expensive_tasks_the_first_one_is_told() {
        assert_eq!(task(2, 3000).or(task(1, 3000)), task(1, 3000));
        assert_eq!(task(1, 3000).or(task(2, 3000)), task(1, 3000));
        assert_eq!(task(1, 3000).or(task(2, 3001)), task(2, 3001));
    }

    #[test]
    fn periods_are_those_of_the_calendar_and_end_with_the_range() {
        // A Saturday, and the Tuesday of the month after.
        let days: Vec<CompanyDay> = (0..4)
            .map(|number| CompanyDay {
                day: BusinessDay(day("2026-10-31").0 + Days::new(number)),
                total_assign_fee: Money::ZERO,
                total_resolve_price: Money::ZERO,
                income: Money::ZERO,
                negative_balance_account_count: 0,
                most_expensive: (number != 1).then(|| task(10 + i64::try_from(number).expect("a number"), 2_000)),
            })
            .collect();
        let periods = |by| -> Vec<(String, String, Option<i64>)> {
            let told = remarkable_periods(&days, by).into_iter();
            told.map(|one| (one.from.to_string(), one.to.to_string(), one.most_expensive.map(|task| task.task_id.0))).collect()
        };
        let row = |from: &str, to: &str, task: i64| (from.to_owned(), to.to_owned(), Some(task));
        assert_eq!(periods(Period::Range), [row("2026-10-31", "2026-11-03", 10)]);
        assert_eq!(periods(Period::Month), [row("2026-10-31", "2026-10-31", 10), row("2026-11-01", "2026-11-03", 12)]);
        assert_eq!(periods(Period::Week), [row("2026-10-31", "2026-11-01", 10), row("2026-11-02", "2026-11-03", 12)]);
        assert_eq!(periods(Period::Day)[1], ("2026-11-01".to_owned(), "2026-11-01".to_owned(), None));
        assert_eq!(remarkable_periods(&[], Period::Week), []);
        assert_eq!(Period::named("week"), Some(Period::Week));
    }
}
