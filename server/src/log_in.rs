//! `POST /login`: somebody shows a photo on the log-in page.
//!
//! With JavaScript the body is the photo, so that the page can show how far it is, and the answer says where to go. Without,
//! it is the form itself, and the answer goes there.

use app::session::{START_PATH, enrolment_cookie, refused_path, session_cookie};
use axum::{
    Json,
    extract::{FromRequest as _, Multipart, Request, State},
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_TYPE, SET_COOKIE},
    },
    response::{IntoResponse as _, Redirect, Response},
};
use contracts::{PhotoRefusal, ServiceError, auth::Recognition};
use serde::Serialize;
use wiring::Services;

use crate::{api::problem::Problem, photo_upload, site::Site};

/// Where a parrot that is not known goes.
const ENROL: &str = "/enrol";

/// What the page's script is told.
#[derive(Debug, Serialize)]
struct Next {
    go_to: &'static str,
}

/// Looks at the photo, logs its parrot in or sends it on to enrol.
pub(crate) async fn show_photo(State(services): State<Services>, State(site): State<Site>, request: Request) -> Response {
    let headers = request.headers().clone();
    let is_form = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    let recognised = match photo(request, is_form).await {
        Ok(photo) => services.auth.log_in(photo).await,
        Err(error) => Err(error),
    };
    match recognised {
        recognised if is_form => answer_form(recognised, site),
        Ok(recognition) => {
            let (cookies, go_to) = next(recognition, site);
            (cookies, Json(Next { go_to })).into_response()
        }
        Err(error) => Problem::of(error, &headers).into_response(),
    }
}

/// Answers a form that showed a photo: on to the next page, or back to the one that says why not.
pub(crate) fn answer_form(recognised: Result<Recognition, ServiceError>, site: Site) -> Response {
    match recognised {
        Ok(recognition) => {
            let (cookies, go_to) = next(recognition, site);
            (cookies, Redirect::to(go_to)).into_response()
        }
        Err(error) => Redirect::to(&refused_path(&error)).into_response(),
    }
}

async fn photo(request: Request, is_form: bool) -> Result<Vec<u8>, ServiceError> {
    if is_form {
        let form = Multipart::from_request(request, &()).await.map_err(|_| ServiceError::PhotoRefused(PhotoRefusal::Damaged))?;
        photo_upload::from_form(form).await
    } else {
        photo_upload::from_body(request.into_body()).await
    }
}

/// What the browser has to keep, and where it goes.
fn next(recognition: Recognition, site: Site) -> (HeaderMap, &'static str) {
    let (cookie, go_to): (HeaderValue, _) = match recognition {
        Recognition::Known(session) => (session_cookie(&session.token, session.expires_at, site.secure_cookies), START_PATH),
        Recognition::Unknown { ticket } => (enrolment_cookie(&ticket, site.secure_cookies), ENROL),
    };
    (HeaderMap::from_iter([(SET_COOKIE, cookie)]), go_to)
}
