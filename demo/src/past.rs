//! Living the past: what is planned is done, each deed at its time.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};
use contracts::{
    Actor, Caller, ServiceError, Subscription, TaskId, UserId,
    auth::Profile,
    reassign::MAY_REASSIGN,
    tracker::{NewTask, TASK_IDS_MAX},
};
use platform::{clock_setting::ClockSetting, randomness::Randomness};
use rand::seq::IndexedRandom as _;
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{
    DemoError, Parrot, SEED,
    founding::enrol,
    plan::{Deed, PlannedDay, plan, text},
    tasks::{TASKS, TaskText},
};

/// How long before the first deed the parrots enrol: the clock goes on while they do.
const BEFORE_WORK: TimeDelta = TimeDelta::minutes(30);

/// When the nights are spent: payroll starts a minute before, unless it was configured otherwise.
const NIGHT: NaiveTime = NaiveTime::from_hms_opt(0, 6, 0).expect("a time of day");

/// How long the deliveries of a deed may take: far longer than the tenth of a second they need, so that a slow machine founds a company too.
const DELIVERY_PATIENCE: Duration = Duration::from_mins(1);

/// What has to be done before the next deed, so that accounts read like a diary: the deed's money. Who only counts may be late.
const BOOKING: [Subscription; 3] =
    [Subscription::AccountingTaskCreate, Subscription::AccountingTaskAssign, Subscription::AccountingTaskResolve];

/// How often it is asked whether they are done.
const DELIVERY_POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The past while it is lived.
struct Past<'a> {
    services: &'a Services,
    clock: &'a mut ClockSetting,
    shutdown: &'a CancellationToken,
    staff: Vec<Profile>,
    randomness: Randomness,
    /// All tasks by their numbers: which one it is and who has it, if it has been created.
    created: Vec<Option<(TaskId, UserId)>>,
}

/// Enrols the parrots and lets them live two months that end now. The clock is left where it is then.
///
/// Told to stop, it stops between two steps: no statement that sets the clock is under way then.
pub(crate) async fn live(
    services: &Services,
    clock: &mut ClockSetting,
    parrots: &[Parrot],
    shutdown: &CancellationToken,
) -> Result<(), DemoError> {
    let randomness = Randomness::seeded(SEED);
    let days = plan(clock.real_time().await?, services.clock, &randomness);
    if let Some((first, _)) = days.first().and_then(|day| day.deeds.first()) {
        clock.set_to(*first - BEFORE_WORK).await?;
    }
    let mut staff = Vec::new();
    for parrot in parrots {
        go_on(shutdown)?;
        staff.push(enrol(services, parrot).await?);
    }
    let is_creation = |(_, deed): &&(DateTime<Utc>, Deed)| matches!(deed, Deed::Create(_));
    let tasks = days.iter().flat_map(|day| &day.deeds).filter(is_creation).count();
    let mut past = Past { services, clock, shutdown, staff, randomness, created: vec![None; tasks] };
    for (place, day) in days.into_iter().enumerate() {
        if place > 0 {
            past.spend_the_nights_before(&day).await?;
        }
        past.live(&day).await?;
        tracing::info!("demo: {} {}, {} deeds", day.day.0.weekday(), day.day, day.deeds.len());
    }
    past.until_delivered(&Subscription::ALL).await
}

impl Past<'_> {
    /// Spends the nights before a day: payroll pays what was earned until then. Where the first deed, or the configuration, leaves no
    /// time for that, the background work makes up for it once the clock is right.
    async fn spend_the_nights_before(&mut self, day: &PlannedDay) -> Result<(), DemoError> {
        let night = self.services.clock.at(day.day, NIGHT);
        if day.deeds.first().is_none_or(|(at, _)| *at > night) {
            // Payroll waits for what is not booked yet.
            self.until_delivered(&BOOKING).await?;
            self.clock.set_to(night).await?;
            self.services.payroll_work.carry_on().await?;
        }
        Ok(())
    }

    /// Does what is planned for a day. In the last week the money of each deed is booked before the next one, so that accounts read like a diary.
    async fn live(&mut self, day: &PlannedDay) -> Result<(), DemoError> {
        for (at, deed) in &day.deeds {
            go_on(self.shutdown)?;
            self.clock.set_to(*at).await?;
            match *deed {
                Deed::Create(task) => {
                    self.created[task] = Some(self.create(&TASKS[text(task, self.created.len())]).await?);
                }
                Deed::Reassign => self.reassign().await?,
                Deed::Resolve(task) => self.resolve(task).await?,
            }
            if day.is_of_last_week {
                self.until_delivered(&BOOKING).await?;
            }
        }
        Ok(())
    }

    /// A manager has all open tasks reassigned.
    async fn reassign(&mut self) -> Result<(), DemoError> {
        let manager = self.staff.iter().find(|profile| MAY_REASSIGN.contains(&profile.user.role)).ok_or(ServiceError::NotFound)?;
        self.services.reassign.start(Actor::Employee(manager.caller())).await?;
        self.until_delivered(&Subscription::ALL).await?;
        let task_ids: Vec<TaskId> = self.created.iter().flatten().map(|(task_id, _)| *task_id).collect();
        let mut assignees = HashMap::new();
        for task_ids in task_ids.chunks(TASK_IDS_MAX) {
            assignees.extend(self.services.tracker.tasks(task_ids).await?.into_iter().map(|task| (task.task_id, task.assignee_user_id)));
        }
        for (task_id, assignee) in self.created.iter_mut().flatten() {
            *assignee = assignees.get(task_id).copied().unwrap_or(*assignee);
        }
        Ok(())
    }

    /// Somebody who speaks the task's language thinks of it.
    async fn create(&self, text: &TaskText) -> Result<(TaskId, UserId), ServiceError> {
        let speakers: Vec<Caller> = self.staff.iter().filter(|profile| profile.locale == text.locale).map(Profile::caller).collect();
        let creator = self.randomness.with(|generator| speakers.choose(generator).copied()).ok_or(ServiceError::NotFound)?;
        let task = NewTask::parse(text.title, text.description).map_err(ServiceError::Invalid)?;
        let task = self.services.tracker.create(creator, task, None).await?;
        Ok((task.task_id, task.assignee_user_id))
    }

    /// Who has the task finishes it.
    async fn resolve(&self, task: usize) -> Result<(), ServiceError> {
        let (task_id, assignee) = self.created[task].ok_or(ServiceError::NotFound)?;
        let assignee = self.staff.iter().find(|profile| profile.user.user_id == assignee).ok_or(ServiceError::NotFound)?;
        self.services.tracker.resolve(assignee.caller(), task_id).await.map(drop)
    }

    /// Waits until these subscriptions have nothing left to do, or the program is told to stop.
    async fn until_delivered(&self, subscriptions: &[Subscription]) -> Result<(), DemoError> {
        let began = Instant::now();
        loop {
            go_on(self.shutdown)?;
            let unfinished = self.services.deliveries.unfinished(subscriptions).await?;
            if unfinished == 0 {
                return Ok(());
            }
            if began.elapsed() > DELIVERY_PATIENCE {
                return Err(DemoError::NotDelivered { unfinished });
            }
            tokio::time::sleep(DELIVERY_POLL_INTERVAL).await;
        }
    }
}

fn go_on(shutdown: &CancellationToken) -> Result<(), DemoError> {
    if shutdown.is_cancelled() { Err(DemoError::Interrupted) } else { Ok(()) }
}
