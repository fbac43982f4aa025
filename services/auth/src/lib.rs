//! The auth service: who the parrots are. It knows nobody and emits nothing (specification, §1).
//!
//! A photo goes through intake ([`Photo`]) to a recogniser ([`recogniser`]); whoever it recognises gets a session. What the
//! service does lies in `use_cases`, one file per verb; its rules without IO in files of their own; its SQL in `storage`.

mod beak_recogniser;
mod photo_desk;
pub mod recogniser;
mod same_photo;
mod session;
mod storage;
mod token;
mod use_cases;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{
    Actor, Caller, Locale, Role, ServiceError, UserId,
    auth::{Applicant, Directory, EnrolmentPhoto, LoggedIn, PeopleQuery, Profile, RecogniserState, Recognition, SecretToken, User},
};
use platform::{
    config,
    database::{self, Failure, Schema},
    randomness::Randomness,
};
use sqlx::PgPool;

pub use beak::photo::Photo;

pub use self::{beak_recogniser::LooksAtBeaks, same_photo::SamePhoto};
use self::{
    beak_recogniser::Missing,
    photo_desk::PhotoDesk,
    recogniser::BeakRecogniser,
    use_cases::{
        draw_users::draw_users,
        enrol::{enrol, next_is_admin},
        find_users::{find_profile, find_users},
        hold_session::hold_session,
        list_people::list_people,
        log_in::log_in,
        log_out::{log_out, log_out_everywhere},
        set_locale::set_locale,
        set_role::set_role,
    },
};

/// The service's part of the database.
pub static SCHEMA: Schema = Schema { name: "auth", role: database::Role::Auth, migrator: sqlx::migrate!() };

/// The auth service. Clones are the same service.
#[derive(Debug, Clone)]
pub struct Auth {
    pool: PgPool,
    settings: config::Auth,
    randomness: Randomness,
    recogniser: Arc<dyn BeakRecogniser>,
    photo_desk: PhotoDesk,
}

/// What looks at photos in this installation. Where it cannot be used, nobody is let in by photo: the log says why.
#[must_use]
pub fn recogniser(settings: &config::Beak) -> Arc<dyn BeakRecogniser> {
    match settings.recogniser {
        config::Recogniser::SamePhoto => Arc::new(SamePhoto),
        config::Recogniser::Beak => match LooksAtBeaks::load(settings.weights.as_deref()) {
            Ok(recogniser) => Arc::new(recogniser),
            Err(error) => {
                tracing::error!(%error, "nobody can be recognised");
                Arc::new(Missing)
            }
        },
    }
}

impl Auth {
    /// The service on its own pool, which acts as [`database::Role::Auth`].
    #[must_use]
    pub fn new(pool: PgPool, settings: config::Auth, randomness: Randomness, recogniser: Arc<dyn BeakRecogniser>) -> Self {
        Self { pool, settings, randomness, recogniser, photo_desk: PhotoDesk::new() }
    }
}

#[async_trait]
impl contracts::auth::Auth for Auth {
    async fn next_is_admin(&self) -> Result<bool, ServiceError> {
        next_is_admin(self).await.map_err(Failure::answer("ask whether anybody has enrolled"))
    }

    fn recogniser(&self) -> RecogniserState {
        self.recogniser.state()
    }

    async fn log_in(&self, photo: Vec<u8>) -> Result<Recognition, ServiceError> {
        log_in(self, photo).await.map_err(Failure::answer("log in"))
    }

    async fn enrol(&self, photo: EnrolmentPhoto, applicant: Applicant) -> Result<LoggedIn, ServiceError> {
        enrol(self, photo, applicant).await.map_err(Failure::answer("enrol"))
    }

    async fn session(&self, token: &SecretToken) -> Result<Option<Profile>, ServiceError> {
        hold_session(self, token).await.map_err(Failure::answer("look up a session"))
    }

    async fn log_out(&self, token: &SecretToken) -> Result<(), ServiceError> {
        log_out(self, token).await.map_err(Failure::answer("log out"))
    }

    async fn log_out_everywhere(&self, caller: Caller) -> Result<(), ServiceError> {
        log_out_everywhere(self, caller).await.map_err(Failure::answer("log out everywhere"))
    }

    async fn set_locale(&self, caller: Caller, locale: Locale) -> Result<(), ServiceError> {
        set_locale(self, caller, locale).await.map_err(Failure::answer("set an employee's language"))
    }

    async fn people(&self, actor: Actor, query: PeopleQuery) -> Result<Vec<Profile>, ServiceError> {
        list_people(self, actor, &query).await.map_err(Failure::answer("list the employees"))
    }

    async fn set_role(&self, actor: Actor, user_id: UserId, role: Role) -> Result<Profile, ServiceError> {
        set_role(self, actor, user_id, role).await.map_err(Failure::answer("set an employee's role"))
    }
}

#[async_trait]
impl Directory for Auth {
    async fn user(&self, user_id: UserId) -> Result<User, ServiceError> {
        self.profile(user_id).await.map(|profile| profile.user)
    }

    async fn profile(&self, user_id: UserId) -> Result<Profile, ServiceError> {
        find_profile(self, user_id).await.map_err(Failure::answer("find an employee"))
    }

    async fn users(&self, user_ids: &[UserId]) -> Result<Vec<User>, ServiceError> {
        find_users(self, user_ids).await.map_err(Failure::answer("find employees"))
    }

    async fn random_users(&self, roles: &[Role], draws: usize) -> Result<Vec<UserId>, ServiceError> {
        draw_users(self, roles, draws).await.map_err(Failure::answer("draw employees"))
    }
}
