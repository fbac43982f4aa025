//! What happens in the company's past, and when. Nothing is done here.

use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc};
use contracts::BusinessDay;
use platform::{clock::CompanyClock, randomness::Randomness};
use rand::RngExt as _;

use crate::tasks::TASKS;

/// How many days the company is old: two months, so that charts have something to show.
const DAYS_BEFORE_TODAY: u64 = 60;

/// The days of the last week, on each of which somebody works, so that every weekday has been: how many tasks somebody thinks of on each;
/// the last one is today.
const CREATED: [usize; 8] = [5, 6, 4, 5, 6, 5, 5, 4];

/// How many tasks somebody thinks of on a weekday before, from Monday to Friday.
const CREATED_BEFORE: [usize; 5] = [4, 2, 3, 3, 1];

/// The first and the last day on which everybody is away, before today.
const VACATION: (u64, u64) = (33, 27);

/// On the first working day so many days before today, or after, all open tasks are reassigned.
const REASSIGN_BEFORE_TODAY: u64 = 16;

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

/// What is done; tasks are numbered from 0 in the order in which somebody thinks of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Somebody thinks of it.
    Create(usize),
    /// A manager has all open tasks reassigned.
    Reassign,
    /// Its assignee finishes it.
    Resolve(usize),
}

/// A day and what is done on it, in order.
#[derive(Debug)]
pub(crate) struct PlannedDay {
    pub(crate) day: BusinessDay,
    pub(crate) deeds: Vec<(DateTime<Utc>, Deed)>,
    /// Whether it is one of the last week: accounts then read like a diary.
    pub(crate) is_of_last_week: bool,
}

/// How a task of this number reads. The last week's are those that [`TASKS`] begins with.
pub(crate) fn text(task: usize, tasks: usize) -> usize {
    let of_last_week: usize = CREATED.iter().sum();
    (task + TASKS.len() * tasks - (tasks - of_last_week)) % TASKS.len()
}

/// The days that end `now`, the same for the same randomness; days on which nobody works are left out. Tasks that would be finished later
/// than now stay open.
pub(crate) fn plan(now: DateTime<Utc>, clock: CompanyClock, randomness: &Randomness) -> Vec<PlannedDay> {
    let working_days = working_days(clock.day_of(now));
    let mut deeds: Vec<Vec<(i32, Deed)>> = vec![Vec::new(); working_days.len()];
    let first_of_last_week = working_days.len() - CREATED.len();
    let tasks_before = |place: usize| working_days[..place].iter().map(|(_, created)| created).sum::<usize>();
    // The last week first: it is the same however long the past before it.
    for place in (first_of_last_week..working_days.len()).chain(0..first_of_last_week) {
        let first_task = tasks_before(place);
        for task in first_task..first_task + working_days[place].1 {
            let at = randomness.with(|generator| generator.random_range(0..CREATION_PARTS));
            deeds[place].push((at, Deed::Create(task)));
            let (place, at) = end(place, at, randomness);
            if let Some(deeds) = deeds.get_mut(place) {
                deeds.push((at, Deed::Resolve(task)));
            }
        }
    }
    let reassign = working_days.iter().position(|(before, _)| *before <= REASSIGN_BEFORE_TODAY);
    if let Some(deeds) = reassign.and_then(|place| deeds.get_mut(place)) {
        deeds.push((CREATION_PARTS, Deed::Reassign));
    }
    let days = deeds.into_iter().zip(working_days).enumerate().map(|(place, (mut deeds, (before, _)))| {
        deeds.sort_unstable();
        let day = days_before(clock.day_of(now), before);
        let (opening, length) = working_hours(day, now, clock);
        PlannedDay {
            day,
            deeds: deeds.into_iter().map(|(at, deed)| (opening + length * at / DAY_PARTS, deed)).collect(),
            is_of_last_week: place >= first_of_last_week,
        }
    });
    days.collect()
}

/// The days on which somebody works, as how many days before today, and how many tasks somebody thinks of.
fn working_days(today: BusinessDay) -> Vec<(u64, usize)> {
    let last_week = CREATED.len() as u64;
    let before = (last_week..=DAYS_BEFORE_TODAY).rev().filter_map(|before| {
        let weekday = days_before(today, before).0.weekday().num_days_from_monday() as usize;
        let is_away = (VACATION.1..=VACATION.0).contains(&before);
        CREATED_BEFORE.get(weekday).filter(|_| !is_away).map(|created| (before, *created))
    });
    before.chain((0..last_week).rev().zip(CREATED)).collect()
}

fn days_before(today: BusinessDay, days: u64) -> BusinessDay {
    BusinessDay(today.0.checked_sub_days(Days::new(days)).unwrap_or(today.0))
}

/// On which of the working days and in which part of it a task is finished.
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
    fn two_months_and_today_and_on_each_day_of_the_last_week_something_is_finished() {
        for (now, time_zone) in [
            ("2026-11-23T13:00:00Z", "UTC"),
            ("2026-11-23T00:00:01Z", "UTC"),
            ("2026-11-22T22:30:00Z", "Europe/Moscow"),
            ("2026-03-30T08:00:00Z", "Europe/Berlin"),
        ] {
            let days = plan_at(now, time_zone);
            let clock = CompanyClock::new(time_zone.parse().expect("a time zone"));
            let now: DateTime<Utc> = now.parse().expect("a time");
            let today = clock.day_of(now);
            assert_eq!(days.last().map(|day| day.day), Some(today));
            assert!(days.first().is_some_and(|day| (today.0 - day.day.0).num_days() > 55));
            let moments: Vec<DateTime<Utc>> = days.iter().flat_map(|day| &day.deeds).map(|(at, _)| *at).collect();
            assert!(moments.is_sorted() && moments.iter().all(|at| *at <= now), "{moments:?}");
            assert!(days.iter().all(|day| day.deeds.iter().all(|(at, _)| clock.day_of(*at) == day.day)));
            let last_week: Vec<&PlannedDay> = days.iter().filter(|day| day.is_of_last_week).collect();
            assert_eq!(last_week.len(), CREATED.len());
            for day in last_week {
                assert!(day.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Resolve(_))), "{day:?}");
            }
            let away = days.windows(2).map(|days| (days[1].day.0 - days[0].day.0).num_days()).max();
            assert!(away.is_some_and(|away| away > 7), "nobody was away for a week: {away:?}");
            let reassigned = days.iter().flat_map(|day| &day.deeds).filter(|(_, deed)| *deed == Deed::Reassign).count();
            assert_eq!(reassigned, 1);
        }
    }

    #[test]
    fn whatever_weekday_it_is_something_is_open_when_all_is_reassigned() {
        for day in 1..=7 {
            let days = plan_at(&format!("2026-11-0{day}T13:00:00Z"), "UTC");
            let before: Vec<Deed> =
                days.iter().flat_map(|day| &day.deeds).map(|(_, deed)| *deed).take_while(|deed| *deed != Deed::Reassign).collect();
            let created = before.iter().filter(|deed| matches!(deed, Deed::Create(_))).count();
            assert!(created > before.len() - created, "nothing is open on day {day}: {before:?}");
        }
    }

    #[test]
    fn every_task_is_created_once_and_finished_later_and_some_stay_open() {
        let (mut created, mut resolved) = (HashSet::new(), HashSet::new());
        for (_, deed) in plan_at("2026-11-23T13:00:00Z", "UTC").iter().flat_map(|day| &day.deeds) {
            match deed {
                Deed::Create(task) => assert!(created.insert(*task)),
                Deed::Resolve(task) => assert!(created.contains(task) && resolved.insert(*task)),
                Deed::Reassign => {}
            }
        }
        let tasks = created.len();
        assert_eq!(created, (0..tasks).collect());
        let open = tasks - resolved.len();
        assert!((4..=12).contains(&open), "{open} tasks stay open");
        // The last week reads as it always did.
        let of_last_week: usize = CREATED.iter().sum();
        assert_eq!((text(tasks - of_last_week, tasks), text(tasks - 1, tasks)), (0, of_last_week - 1));
    }
}
