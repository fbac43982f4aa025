//! The auth service: who the parrots are. It knows nobody and emits nothing (specification, §1).

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, Caller, DisplayName, Email, Locale, Role, ServiceError, UserId};

/// The largest photo, in bytes: enough for what phones take, small enough to be held in memory while it is looked at.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;

/// How many random employees may be asked for at once: as many as one batch of a reassignment needs.
pub const DRAWS_MAX: usize = 10_000;

/// How many employees may be asked for by their ids at once.
pub const USERS_MAX: usize = 10_000;

/// How many employees one page lists at most.
pub const PEOPLE_PAGE_MAX: usize = 100;

/// What everybody in the company may know of an employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Who it is.
    pub user_id: UserId,
    /// The name to show.
    pub display_name: String,
    /// The role now.
    pub role: Role,
    /// When the employee enrolled.
    pub creation_time: DateTime<Utc>,
}

/// What an employee may know of itself, and an admin of everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// What everybody may know.
    #[serde(flatten)]
    pub user: User,
    /// Where letters go.
    pub email: String,
    /// The language of letters, and of pages until a cookie says otherwise.
    pub locale: Locale,
}

impl Profile {
    /// The employee as one who asks for something.
    #[must_use]
    pub const fn caller(&self) -> Caller {
        Caller { user_id: self.user.user_id, role: self.user.role }
    }
}

/// The key of a session: 32 random bytes as hexadecimal digits. The service keeps only its hash. It is never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SecretToken(pub String);

impl std::fmt::Debug for SecretToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretToken(***)")
    }
}

/// Somebody who has just logged in or enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// The key of the new session.
    pub token: SecretToken,
    /// When the session ends by itself.
    pub expires_at: DateTime<Utc>,
    /// Who it is.
    pub profile: Profile,
}

/// What a photo led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// The parrot is known and logged in.
    Known(LoggedIn),
    /// The parrot is not known. It may enrol with this ticket for a short while, without showing the photo again.
    Unknown {
        /// Stands for the photo.
        ticket: SecretToken,
    },
}

/// What an enrolment shows: the photo itself, or the ticket that stands for one shown a moment ago.
#[derive(Debug, Clone)]
pub enum EnrolmentPhoto {
    /// The bytes of a JPEG, PNG or WebP.
    Bytes(Vec<u8>),
    /// What [`Recognition::Unknown`] answered.
    Ticket(SecretToken),
}

/// What a new employee tells of itself.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// The name to show.
    pub display_name: DisplayName,
    /// Where letters go.
    pub email: Email,
    /// The language of letters.
    pub locale: Locale,
}

/// What other services may ask about people.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// The employee with this id; [`ServiceError::NotFound`] where there is none.
    async fn user(&self, user_id: UserId) -> Result<User, ServiceError>;

    /// What letters to the employee need; [`ServiceError::NotFound`] where there is none.
    async fn profile(&self, user_id: UserId) -> Result<Profile, ServiceError>;

    /// The employees with these ids, in no particular order; unknown ids are left out, an id given twice counts once.
    ///
    /// [`ServiceError::TooMany`] for more than [`USERS_MAX`] ids.
    async fn users(&self, user_ids: &[UserId]) -> Result<Vec<User>, ServiceError>;

    /// `draws` independent, uniform draws with replacement among the employees who hold one of `roles` now.
    ///
    /// [`ServiceError::NobodyAssignable`] where nobody holds one, [`ServiceError::TooMany`] for more than [`DRAWS_MAX`] draws.
    async fn random_users(&self, roles: &[Role], draws: usize) -> Result<Vec<UserId>, ServiceError>;
}

/// What looks at the photos of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecogniserState {
    /// The photo is recognised, not the bird: good for looking around only.
    SamePhoto,
    /// The bird is recognised by its beak.
    Beak,
    /// Nothing: photos are refused until the operator has done something about it.
    Missing,
}

/// What pages, the API and the command line may ask of the auth service.
#[async_trait]
pub trait Auth: Send + Sync + 'static {
    /// What looks at photos.
    fn recogniser(&self) -> RecogniserState;

    /// Whether who enrols next becomes the admin: nobody has enrolled yet, and the setting `auth.first_admin` does not leave the
    /// appointment to the command line.
    async fn next_is_admin(&self) -> Result<bool, ServiceError>;

    /// Looks at a photo: logs in whoever it shows, or gives an unknown parrot a ticket for enrolling.
    ///
    /// [`ServiceError::PhotoRefused`] names what is wrong with the photo; [`ServiceError::Busy`] while too many photos wait.
    async fn log_in(&self, photo: Vec<u8>) -> Result<Recognition, ServiceError>;

    /// Makes an unknown parrot an employee and logs it in.
    ///
    /// Answers as [`Auth::log_in`] where the photo itself is shown; [`ServiceError::EnrolmentExpired`] where the ticket is
    /// too old, used or unknown; [`ServiceError::AlreadyEnrolled`]; [`ServiceError::EmailTaken`], after which the ticket may
    /// be used again.
    async fn enrol(&self, photo: EnrolmentPhoto, applicant: Applicant) -> Result<LoggedIn, ServiceError>;

    /// Who holds this session, with the role of this moment. `None` where the session has ended or never was.
    async fn session(&self, token: &SecretToken) -> Result<Option<Profile>, ServiceError>;

    /// Ends this session. Ending one that has ended already is no error.
    async fn log_out(&self, token: &SecretToken) -> Result<(), ServiceError>;

    /// Ends every session of the caller, on all devices.
    async fn log_out_everywhere(&self, caller: Caller) -> Result<(), ServiceError>;

    /// Sets the language of the caller's letters and pages.
    async fn set_locale(&self, caller: Caller, locale: Locale) -> Result<(), ServiceError>;

    /// The employees by name, for admins: at most `limit`, those after `after` where it is given, whose name or address
    /// holds `search` where it is given. [`ServiceError::Forbidden`] for everybody else.
    async fn people(&self, actor: Actor, query: PeopleQuery) -> Result<Vec<Profile>, ServiceError>;

    /// Gives an employee another role. Giving the role it has already changes nothing.
    ///
    /// Admins and operators only ([`ServiceError::Forbidden`]); the last admin keeps its role ([`ServiceError::LastAdmin`]).
    async fn set_role(&self, actor: Actor, user_id: UserId, role: Role) -> Result<Profile, ServiceError>;
}

/// Which employees to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleQuery {
    /// A part of the name or of the address, in any case.
    pub search: Option<String>,
    /// The last employee of the page before.
    pub after: Option<UserId>,
    /// How many at most; never more than [`PEOPLE_PAGE_MAX`].
    pub limit: usize,
}

impl Default for PeopleQuery {
    /// The first page of everybody.
    fn default() -> Self {
        Self { search: None, after: None, limit: PEOPLE_PAGE_MAX }
    }
}
