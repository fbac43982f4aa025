#[cfg(feature = "ssr")]
use contracts::{
    DisplayName, Email, ServiceError,
    auth::{Applicant, Auth, EnrolmentPhoto, LoggedIn, SecretToken},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{
    cookie::{self, read_cookie},
    own_path::OwnPath,
    preferences::Preferences,
    service::service,
    session::{ENROLMENT_COOKIE, START_PATH, SecureCookies, ended_enrolment_cookie, session_cookie},
    typed::TypedCookie,
};
use crate::{error::AppError, json::Json};

/// The fields of the form, as the arguments of [`enrol`] are called.
pub(super) const DISPLAY_NAME: &str = "display_name";
pub(super) const EMAIL: &str = "email";

/// What the page has to know before it shows its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Enrolment {
    /// Whether a photo has been shown a short while ago, so that enrolling is possible.
    pub(super) has_shown_photo: bool,
    /// Whether nobody has enrolled here before.
    pub(super) is_first: bool,
    /// What has been filled in already: a form that was refused without JavaScript is not empty when it comes back.
    pub(super) typed: Typed,
}

/// What an applicant filled in, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) display_name: String,
    pub(super) email: String,
}

/// How the enrolment of who asks stands.
#[server(endpoint = "current_enrolment", input = GetUrl, output = Json)]
pub(super) async fn current_enrolment() -> Result<Enrolment, AppError> {
    let is_first = service::<dyn Auth>().next_is_admin().await?;
    let headers = expect_context::<http::request::Parts>().headers;
    let typed = |field| TypedCookie::ENROLMENT.read(&headers, field);
    Ok(Enrolment { has_shown_photo: ticket().is_some(), is_first, typed: Typed { display_name: typed(DISPLAY_NAME), email: typed(EMAIL) } })
}

/// Makes whoever has shown a photo an employee, and logs in.
#[server(endpoint = "enrol", output = Json)]
pub(super) async fn enrol(display_name: String, email: String) -> Result<(), AppError> {
    let SecureCookies(secure) = expect_context();
    let typed = Typed { display_name, email };
    match enrol_as(&typed).await {
        Ok(LoggedIn { token, expires_at, .. }) => {
            cookie::set(session_cookie(&token, expires_at, secure));
            cookie::set(ended_enrolment_cookie(secure));
            TypedCookie::ENROLMENT.forget();
            OwnPath::from(START_PATH.to_owned()).redirect_plain_form();
            Ok(())
        }
        Err(error) => {
            TypedCookie::ENROLMENT.keep(&[(DISPLAY_NAME, &typed.display_name), (EMAIL, &typed.email)]);
            Err(error.into())
        }
    }
}

#[cfg(feature = "ssr")]
async fn enrol_as(typed: &Typed) -> Result<LoggedIn, ServiceError> {
    let ticket = ticket().ok_or(ServiceError::EnrolmentExpired)?;
    let applicant = Applicant {
        display_name: DisplayName::parse(&typed.display_name).map_err(ServiceError::Invalid)?,
        email: Email::parse(&typed.email).map_err(ServiceError::Invalid)?,
        locale: Preferences::current().locale,
    };
    service::<dyn Auth>().enrol(EnrolmentPhoto::Ticket(ticket), applicant).await
}

/// What stands for the photo that was shown, if one was.
#[cfg(feature = "ssr")]
fn ticket() -> Option<SecretToken> {
    let request = use_context::<http::request::Parts>()?;
    let ticket = read_cookie(&request.headers, ENROLMENT_COOKIE)?;
    (!ticket.is_empty()).then(|| SecretToken(ticket.to_owned()))
}
