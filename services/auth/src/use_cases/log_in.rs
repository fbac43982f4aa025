use contracts::{
    UserId,
    auth::{LoggedIn, Recognition},
};
use platform::database::Failure;
use sqlx::PgConnection;

use super::{look_at_photo::look_at_photo, start_session::start_session};
use crate::{Auth, recogniser::Template, session, storage, token};

/// Looks at a photo: logs in whoever it shows, or keeps its template under a ticket.
pub(crate) async fn log_in(auth: &Auth, photo: Vec<u8>) -> Result<Recognition, Failure> {
    let template = look_at_photo(auth, photo).await?;

    let mut transaction = auth.pool.begin().await?;
    let known = storage::beak_template::of_recogniser(&mut *transaction, auth.recogniser.id()).await?;
    let recognition = match auth.recogniser.whose(&template, &known) {
        Some(user_id) => Recognition::Known(welcome(auth, &mut transaction, user_id).await?),
        None => keep_for_enrolment(auth, &mut transaction, &template).await?,
    };
    transaction.commit().await?;
    Ok(recognition)
}

async fn welcome(auth: &Auth, connection: &mut PgConnection, user_id: UserId) -> Result<LoggedIn, Failure> {
    // A template refers to its employee, and employees are never deleted.
    let profile = storage::user::profile(&mut *connection, user_id).await?.ok_or(sqlx::Error::RowNotFound)?;
    let logged_in = start_session(auth, connection, profile).await?;
    tracing::info!(%user_id, "logged in");
    Ok(logged_in)
}

async fn keep_for_enrolment(auth: &Auth, connection: &mut PgConnection, template: &Template) -> Result<Recognition, Failure> {
    storage::enrolment_ticket::delete_expired(connection, session::EXPIRED_BATCH).await?;
    let (ticket, hash) = token::draw(&auth.randomness);
    storage::enrolment_ticket::insert(connection, hash, auth.recogniser.id(), template, session::TICKET_MINUTES).await?;
    Ok(Recognition::Unknown { ticket })
}
