//! The employees: some are there from the beginning, the others enrol in the storm, and roles change all the time.

use std::sync::Mutex;

use anyhow::{Context as _, Result};
use contracts::{
    Actor, DisplayName, Email, Locale, Role, ServiceError, UserId,
    auth::{Applicant, EnrolmentPhoto, Profile, Recognition},
};
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use wiring::Services;

use super::{in_time, lock, photo::photo};
use crate::model::Model;

/// What they are called. The first one becomes the admin.
const NAMES: [&str; 14] =
    ["Kesha", "Polly", "Iago", "Coco", "Rio", "Jago", "Lora", "Sunny", "Mango", "Kiwi", "Pepper", "Gosha", "Zazu", "Blu"];

/// So many of them are there when the storm begins.
const FIRST: usize = 8;

/// The admin and this one keep their roles: somebody has to be assignable all the time.
const STEADY_WORKER: usize = 1;

/// The roles that the others change to and fro.
const ROLES: [Role; 3] = [Role::Worker, Role::Accountant, Role::Manager];

/// One change in so many is an enrolment, as long as there is somebody left.
const CHANGES_PER_ENROLMENT: u32 = 4;

/// The people of the company.
#[derive(Debug)]
pub(crate) struct People {
    enrolled: Mutex<Vec<UserId>>,
}

impl People {
    /// Enrols the first employees.
    pub(crate) async fn enrol_first(services: &Services, model: &Mutex<Model>) -> Result<Self> {
        let mut enrolled = Vec::with_capacity(NAMES.len());
        for (place, name) in NAMES.iter().enumerate().take(FIRST) {
            let profile = enrol(services, place).await.with_context(|| format!("{name} cannot enrol"))?;
            lock(model).role_is(profile.user.user_id, profile.user.role);
            enrolled.push(profile.user.user_id);
        }
        Ok(Self { enrolled: Mutex::new(enrolled) })
    }

    pub(crate) fn steady_worker(&self) -> UserId {
        lock(&self.enrolled)[STEADY_WORKER]
    }

    /// Somebody, to create a task.
    pub(crate) fn anybody(&self, random: &mut StdRng) -> UserId {
        *lock(&self.enrolled).choose(random).expect("the first employees have enrolled")
    }

    /// Somebody enrols, or gets another role. To be called by one client only: what was lost is known before the next change.
    pub(crate) async fn change(&self, services: &Services, model: &Mutex<Model>, random: &mut StdRng) {
        let next = lock(&self.enrolled).len();
        if next < NAMES.len() && random.random_ratio(1, CHANGES_PER_ENROLMENT) {
            self.enrol_next(services, model, next).await;
            return;
        }
        let place = random.random_range(STEADY_WORKER + 1..next);
        let (user_id, role) = (lock(&self.enrolled)[place], *ROLES.choose(random).expect("three roles"));
        let answer = in_time(services.auth.set_role(Actor::Operator, user_id, role)).await;
        let mut model = lock(model);
        model.called("set_role", &answer);
        match answer {
            Ok(profile) => model.role_is(user_id, profile.user.role),
            Err(ServiceError::Unavailable) => model.role_may_be(user_id, role),
            Err(error) => model.surprises.push(format!("set_role answered: {error}")),
        }
    }

    async fn enrol_next(&self, services: &Services, model: &Mutex<Model>, place: usize) {
        let mut answer = in_time(enrol(services, place)).await;
        let tried_before = lock(model).called("enrol", &answer).uncertain_enrolments.contains(NAMES[place]);
        if tried_before && answer == Err(ServiceError::AlreadyEnrolled) {
            // The answer to the earlier try was lost: it had succeeded.
            answer = in_time(recognise(services, place)).await;
        }
        let mut model = lock(model);
        match answer {
            Ok(profile) => {
                model.uncertain_enrolments.remove(NAMES[place]);
                model.role_is(profile.user.user_id, profile.user.role);
                lock(&self.enrolled).push(profile.user.user_id);
            }
            Err(ServiceError::Unavailable | ServiceError::Busy) => drop(model.uncertain_enrolments.insert(NAMES[place])),
            Err(error) => model.surprises.push(format!("enrol answered: {error}")),
        }
    }
}

/// Lets somebody enrol whom nobody knows.
async fn enrol(services: &Services, place: usize) -> Result<Profile, ServiceError> {
    let applicant = Applicant {
        display_name: DisplayName::parse(NAMES[place]).map_err(ServiceError::Invalid)?,
        email: Email::parse(&format!("{}@parrots.example", NAMES[place].to_lowercase())).map_err(ServiceError::Invalid)?,
        locale: Locale::En,
    };
    Ok(services.auth.enrol(EnrolmentPhoto::Bytes(photo(place as u64)), applicant).await?.profile)
}

/// Lets somebody log in who has enrolled.
async fn recognise(services: &Services, place: usize) -> Result<Profile, ServiceError> {
    match services.auth.log_in(photo(place as u64)).await? {
        Recognition::Known(logged_in) => Ok(logged_in.profile),
        Recognition::Unknown { .. } => Err(ServiceError::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_can_be_told_apart_by_name() {
        let names: std::collections::BTreeSet<_> = NAMES.iter().collect();
        assert_eq!(names.len(), NAMES.len());
        assert!(FIRST > STEADY_WORKER + 1 && FIRST < NAMES.len());
    }
}
