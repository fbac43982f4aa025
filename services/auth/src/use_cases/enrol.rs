use contracts::{
    Role, ServiceError, UserId,
    auth::{Applicant, EnrolmentPhoto, LoggedIn, Profile, User},
};
use platform::{
    config::FirstAdmin,
    database::{Failure, on_constraint},
};
use sqlx::PgConnection;

use super::{look_at_photo::look_at_photo, start_session::start_session};
use crate::{
    Auth,
    recogniser::Template,
    storage::{self, lock::Lock, user::EMAIL_INDEX},
    token::TokenHash,
};

/// Makes an unknown parrot an employee and logs it in.
pub(crate) async fn enrol(auth: &Auth, photo: EnrolmentPhoto, applicant: Applicant) -> Result<LoggedIn, Failure> {
    let shown = match photo {
        EnrolmentPhoto::Bytes(bytes) => Shown::Now(look_at_photo(auth, bytes).await?),
        EnrolmentPhoto::Ticket(ticket) => Shown::Before(TokenHash::of(&ticket).ok_or(ServiceError::EnrolmentExpired)?),
    };

    let mut transaction = auth.pool.begin().await?;
    // One at a time: of two who show the same beak, the second one finds it known; of two first employees, one is the first.
    storage::lock::take(&mut transaction, Lock::Enrolment).await?;
    let template = template(auth, &mut transaction, shown).await?;
    let known = storage::beak_template::of_recogniser(&mut *transaction, auth.recogniser.id()).await?;
    if auth.recogniser.whose(&template, &known).is_some() {
        return Err(ServiceError::AlreadyEnrolled.into());
    }
    let is_first = storage::user::is_empty(&mut *transaction).await?;
    let now = storage::clock::company_now(&mut *transaction).await?;
    let profile = Profile {
        user: User {
            user_id: UserId(auth.randomness.id(now)),
            display_name: applicant.display_name.into(),
            role: first_role(is_first, auth.settings.first_admin),
            creation_time: now,
        },
        email: applicant.email.into(),
        locale: applicant.locale,
    };
    let (user_id, role) = (profile.user.user_id, profile.user.role);
    storage::user::insert(&mut transaction, &profile).await.map_err(on_constraint(EMAIL_INDEX, ServiceError::EmailTaken))?;
    storage::beak_template::insert(&mut transaction, user_id, auth.recogniser.id(), &template).await?;
    let logged_in = start_session(auth, &mut transaction, profile).await?;
    transaction.commit().await?;

    tracing::info!(%user_id, %role, "enrolled");
    Ok(logged_in)
}

/// When the applicant showed its beak.
enum Shown {
    /// In this request.
    Now(Template),
    /// A moment ago; this is the hash of the ticket it got.
    Before(TokenHash),
}

/// The template of the beak that was shown. A ticket is used up, unless the enrolment fails.
async fn template(auth: &Auth, connection: &mut PgConnection, shown: Shown) -> Result<Template, Failure> {
    match shown {
        Shown::Now(template) => Ok(template),
        Shown::Before(ticket) => {
            let taken = storage::enrolment_ticket::take(connection, ticket, auth.recogniser.id()).await?;
            Ok(taken.ok_or(ServiceError::EnrolmentExpired)?)
        }
    }
}

/// Whether who enrols next becomes the admin.
pub(crate) async fn next_is_admin(auth: &Auth) -> Result<bool, Failure> {
    let is_first = storage::user::is_empty(&auth.pool).await?;
    Ok(first_role(is_first, auth.settings.first_admin) == Role::Admin)
}

/// A new employee is a worker; the first one in an empty installation is its admin, unless the operator appoints one.
const fn first_role(is_first: bool, first_admin: FirstAdmin) -> Role {
    match first_admin {
        FirstAdmin::Enrol if is_first => Role::Admin,
        FirstAdmin::Enrol | FirstAdmin::Cli => Role::Worker,
    }
}
