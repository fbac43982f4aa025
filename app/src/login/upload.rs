use contracts::ServiceError;
use leptos::prelude::*;
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use crate::{error::AppError, session::LOG_IN_PATH};

/// How far a photo is on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Upload {
    /// Nothing is being sent.
    Idle,
    /// This part of the photo has been sent, from 0 to 1.
    Sending(f64),
    /// The photo has arrived; the server looks at it.
    Looking,
}

/// What the server answers to a photo it can use.
#[derive(Deserialize)]
struct Recognised {
    go_to: String,
}

/// What the server answers to one it cannot use.
#[derive(Deserialize)]
struct Refused {
    error: ServiceError,
}

/// Sends the photo as it is. `fetch` cannot tell how far it is; `XMLHttpRequest` can.
///
/// `upload` follows the photo on its way, and is idle again once `answered` has been told the page to go on to, or why not.
pub(super) fn send(photo: &File, upload: RwSignal<Upload>, answered: impl FnOnce(Result<String, AppError>) + 'static) {
    let sent = try_send(photo, upload, answered);
    if sent.is_err() {
        upload.set(Upload::Idle);
    }
}

fn try_send(photo: &File, upload: RwSignal<Upload>, answered: impl FnOnce(Result<String, AppError>) + 'static) -> Result<(), JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", LOG_IN_PATH)?;
    request.set_request_header("Accept", "application/json")?;

    let follow = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        let is_through = event.loaded() >= event.total();
        upload.set(if is_through { Upload::Looking } else { Upload::Sending(event.loaded() / event.total()) });
    });
    request.upload()?.set_onprogress(Some(follow.into_js_value().unchecked_ref()));

    // Whether the answer has come or the connection has broken: the end comes once.
    let ended = Closure::once_into_js({
        let request = request.clone();
        move || {
            upload.set(Upload::Idle);
            answered(answer(&request));
        }
    });
    request.set_onloadend(Some(ended.unchecked_ref()));

    upload.set(Upload::Sending(0.0));
    request.send_with_opt_blob(Some(photo))
}

fn answer(request: &XmlHttpRequest) -> Result<String, AppError> {
    let body = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        // Without an answer there is no status.
        Ok(0) | Err(_) => Err(AppError::Unreachable),
        Ok(200) => read::<Recognised>(&body).map(|recognised| recognised.go_to),
        Ok(_) => Err(read::<Refused>(&body).map_or_else(|error| error, |refused| refused.error.into())),
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, AppError> {
    serde_json::from_str(body).map_err(|_| AppError::Outdated)
}
