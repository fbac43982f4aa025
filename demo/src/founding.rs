//! How the company comes into being, and what is done when it is there already.

use std::time::Instant;

use contracts::{
    Actor, ServiceError,
    auth::{PeopleQuery, Profile},
};
use platform::{
    clock_setting::{ClockError, ClockSetting},
    database::Database,
};
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{PARROTS, Parrot, past};

/// What [`found_company`] found or founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founding {
    /// Nobody had enrolled: the company is founded now.
    Founded,
    /// The company was there already. Nothing was changed.
    ThereBefore,
    /// Others have enrolled here: this is no demo company. Nothing was changed.
    OfOthers,
}

/// Why there is no demo company. The texts go on from where it should be.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A founding before this one did not come to its end. What it left cannot be continued.
    #[error("its founding was cut short and cannot be continued: delete that folder or database, and start again")]
    Unfinished,
    /// The program is told to stop.
    #[error("the program was stopped while it founded it: delete that folder or database before you start again")]
    Interrupted,
    /// Nobody works on the events, or somebody works too slowly.
    #[error("its events are not applied in time: {unfinished} deliveries are left")]
    NotDelivered {
        /// How many deliveries are left.
        unfinished: i64,
    },
    /// The company's clock is not to be had: another process founds a company, say.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A service refused.
    #[error("a service refused: {0}")]
    Service(#[from] ServiceError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Founds the demo company where nobody has enrolled, and nowhere else.
///
/// Somebody must be working on events meanwhile, and nobody else should use the installation: its clock is in the past. Of several
/// processes one founds; the others wait, and find what it founded. When this returns, the clock is right, unless the database failed; so
/// it must not be dropped, but told to stop. The last parrot enrols as the very last thing: a company without it was not finished,
/// because the program was killed, say, and is refused the next time ([`DemoError::Unfinished`]).
pub async fn found_company(services: &Services, database: &Database, shutdown: &CancellationToken) -> Result<Founding, DemoError> {
    let mut clock = ClockSetting::take(database).await?;
    let founding = found_alone(services, &mut clock, shutdown).await;
    clock.close().await;
    founding
}

async fn found_alone(services: &Services, clock: &mut ClockSetting, shutdown: &CancellationToken) -> Result<Founding, DemoError> {
    match (everybody_is_here(services).await?, somebody_is_here(services).await?) {
        (Some(true), _) => return Ok(Founding::ThereBefore),
        (Some(false), _) => {
            clock.set_right().await?;
            return Err(DemoError::Unfinished);
        }
        (None, true) => return Ok(Founding::OfOthers),
        (None, false) => {}
    }
    let began = Instant::now();
    let [old_hands @ .., newcomer] = &PARROTS;
    let lived = past::live(services, clock, old_hands, shutdown).await;
    // Whatever has happened; and what has happened is told first.
    let set_right = clock.set_right().await;
    lived?;
    set_right?;
    enrol(services, newcomer).await?;
    tracing::info!(seconds = began.elapsed().as_secs_f32(), "demo: the company is founded");
    Ok(Founding::Founded)
}

async fn somebody_is_here(services: &Services) -> Result<bool, ServiceError> {
    let people = services.auth.people(Actor::Operator, PeopleQuery { limit: 1, ..PeopleQuery::default() }).await?;
    Ok(!people.is_empty())
}

/// Whether all parrots of the demo company have enrolled; `None`: not one of them.
async fn everybody_is_here(services: &Services) -> Result<Option<bool>, ServiceError> {
    let mut here = 0;
    for parrot in &PARROTS {
        let search = PeopleQuery { search: Some(parrot.email.to_owned()), ..PeopleQuery::default() };
        let found = services.auth.people(Actor::Operator, search).await?;
        here += usize::from(found.iter().any(|profile| profile.email == parrot.email));
    }
    Ok((here > 0).then_some(here == PARROTS.len()))
}

/// Enrols a parrot and gives it its role. Its session is not needed.
pub(crate) async fn enrol(services: &Services, parrot: &Parrot) -> Result<Profile, ServiceError> {
    let logged_in = services.auth.enrol(parrot.enrolment_photo(), parrot.applicant()?).await?;
    services.auth.log_out(&logged_in.token).await?;
    services.auth.set_role(Actor::Operator, logged_in.profile.user.user_id, parrot.role).await
}
