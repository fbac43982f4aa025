#[cfg(feature = "ssr")]
use contracts::auth::Auth;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{CurrentSession, SecureCookies, ended_session_cookie};
#[cfg(feature = "ssr")]
use crate::typed::TypedCookie;
use crate::{error::AppError, json::Json};

/// Ends the session on this device.
#[server(endpoint = "log_out", output = Json)]
pub(crate) async fn log_out() -> Result<(), AppError> {
    if let Some(session) = CurrentSession::of_request() {
        crate::service::service::<dyn Auth>().log_out(&session.token).await?;
    }
    leave();
    Ok(())
}

/// Ends all sessions of who asks, on this and on every other device.
#[server(endpoint = "log_out_everywhere", output = Json)]
pub(crate) async fn log_out_everywhere() -> Result<(), AppError> {
    if let Some(session) = CurrentSession::of_request() {
        crate::service::service::<dyn Auth>().log_out_everywhere(session.caller()).await?;
    }
    leave();
    Ok(())
}

/// The browser forgets the session and what was typed, and shows the start page.
#[cfg(feature = "ssr")]
fn leave() {
    let SecureCookies(secure) = expect_context();
    crate::cookie::set(ended_session_cookie(secure));
    TypedCookie::TASK.forget();
    TypedCookie::ENROLMENT.forget();
    TypedCookie::DISCARD.forget();
    leptos_axum::redirect("/");
}
