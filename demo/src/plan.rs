//! What happens in the company's week, and when. Nothing is done here.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use contracts::BusinessDay;
use platform::{clock::CompanyClock, randomness::Randomness};
use rand::RngExt as _;

use crate::tasks::TASKS;

/// How many days the company is old: a week, so that every weekday has been.
const DAYS_BEFORE_TODAY: usize = 7;

/// How many tasks somebody thinks of on each day; the last one is today.
const CREATED: [usize; DAYS_BEFORE_TODAY + 1] = [5, 6, 4, 5, 6, 5, 5, 4];

/// How many tasks in a hundred are finished on the day itself, and how many by the end of the day after. The others take
/// two days.
const SAME_DAY: u8 = 45;
const NEXT_DAY: u8 = 75;

/// Into how many parts a working day is divided.
const DAY_PARTS: i32 = 1_000;

/// In which of them somebody may think of a task: there has to be time left to finish it.
const CREATION_PARTS: i32 = 800;

/// When parrots work.
const OPENING: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day");
const CLOSING: NaiveTime = NaiveTime::from_hms_opt(18, 0, 0).expect("a time of day");

/// From when on today counts as a working day like the others; before, it begins at midnight, so that there is something to see.
const TODAY_COUNTS: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).expect("a time of day");

/// What is done, to the task of this place in [`TASKS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Somebody thinks of it.
    Create(usize),
    /// Its assignee finishes it.
    Resolve(usize),
}

/// A day and what is done on it, in order.
#[derive(Debug)]
pub(crate) struct PlannedDay {
    pub(crate) day: BusinessDay,
    pub(crate) deeds: Vec<(DateTime<Utc>, Deed)>,
}

/// The week that ends `now`, the same for the same randomness. Tasks that would be finished later than now stay open.
pub(crate) fn plan(now: DateTime<Utc>, clock: CompanyClock, randomness: &Randomness) -> Vec<PlannedDay> {
    let today = clock.day_of(now);
    let mut deeds: Vec<Vec<(i32, Deed)>> = vec![Vec::new(); CREATED.len()];
    let mut tasks = 0..TASKS.len();
    for (day, created) in CREATED.into_iter().enumerate() {
        for task in tasks.by_ref().take(created) {
            let at = randomness.with(|generator| generator.random_range(0..CREATION_PARTS));
            deeds[day].push((at, Deed::Create(task)));
            let (day, at) = end(day, at, randomness);
            if let Some(deeds) = deeds.get_mut(day) {
                deeds.push((at, Deed::Resolve(task)));
            }
        }
    }
    let days = deeds.into_iter().enumerate().map(|(place, mut deeds)| {
        deeds.sort_unstable();
        let before = Days::new((DAYS_BEFORE_TODAY - place) as u64);
        let day = BusinessDay(today.0.checked_sub_days(before).unwrap_or(today.0));
        let (opening, length) = working_hours(day, now, clock);
        PlannedDay { day, deeds: deeds.into_iter().map(|(at, deed)| (opening + length * at / DAY_PARTS, deed)).collect() }
    });
    days.collect()
}

/// On which day and in which part of it a task is finished.
fn end(day: usize, created_at: i32, randomness: &Randomness) -> (usize, i32) {
    let (percent, early) = randomness.with(|generator| (generator.random_range(0..100_u8), generator.random_range(0..DAY_PARTS / 2)));
    match percent {
        0..SAME_DAY => (day, created_at + 1 + (DAY_PARTS - created_at) * (early + 100) / DAY_PARTS),
        SAME_DAY..NEXT_DAY => (day + 1, early),
        NEXT_DAY.. => (day + 2, early),
    }
}

/// When the day's work begins, and how long it lasts: today until now.
fn working_hours(day: BusinessDay, now: DateTime<Utc>, clock: CompanyClock) -> (DateTime<Utc>, TimeDelta) {
    let (opening, closing) = match clock.local(now) {
        local if local.date() != day.0 => (clock.at(day, OPENING), clock.at(day, CLOSING)),
        local if local.time() >= TODAY_COUNTS => (clock.at(day, OPENING), now),
        _ => (clock.at(day, NaiveTime::MIN), now),
    };
    (opening, closing - opening)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn plan_at(now: &str, time_zone: &str) -> Vec<PlannedDay> {
        let clock = CompanyClock::new(time_zone.parse().expect("a time zone"));
        plan(now.parse().expect("a time"), clock, &Randomness::seeded(crate::SEED))
    }

    #[test]
    fn a_week_and_today_each_with_something_to_do() {
        for (now, time_zone) in [
            ("2026-11-23T13:00:00Z", "UTC"),
            ("2026-11-23T00:00:01Z", "UTC"),
            ("2026-11-22T22:30:00Z", "Europe/Moscow"),
            ("2026-03-30T08:00:00Z", "Europe/Berlin"),
        ] {
            let week = plan_at(now, time_zone);
            let clock = CompanyClock::new(time_zone.parse().expect("a time zone"));
            let now: DateTime<Utc> = now.parse().expect("a time");
            assert_eq!(week.len(), CREATED.len());
            assert_eq!(week.last().map(|day| day.day), Some(clock.day_of(now)));
            let moments: Vec<DateTime<Utc>> = week.iter().flat_map(|day| &day.deeds).map(|(at, _)| *at).collect();
            assert!(moments.is_sorted() && moments.iter().all(|at| *at <= now), "{moments:?}");
            for day in &week {
                assert!(day.deeds.iter().all(|(at, _)| clock.day_of(*at) == day.day), "{day:?}");
                assert!(day.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Resolve(_))), "{day:?}");
            }
        }
    }

    #[test]
    fn every_task_is_created_once_and_finished_later_and_some_stay_open() {
        let (mut created, mut resolved) = (HashSet::new(), HashSet::new());
        for (_, deed) in plan_at("2026-11-23T13:00:00Z", "UTC").iter().flat_map(|day| &day.deeds) {
            match deed {
                Deed::Create(task) => assert!(created.insert(*task)),
                Deed::Resolve(task) => assert!(created.contains(task) && resolved.insert(*task)),
            }
        }
        assert_eq!(created, (0..TASKS.len()).collect());
        let open = created.len() - resolved.len();
        assert!((4..=12).contains(&open), "{open} tasks stay open");
    }
}
