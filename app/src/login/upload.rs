use contracts::ServiceError;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{File, ProgressEvent};

use crate::{
    error::AppError,
    post::{self, Answer},
    session::LOG_IN_PATH,
};

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

/// Sends the photo as it is.
///
/// `upload` follows the photo on its way, and is idle again once `answered` is told the page to go on to, or why not.
pub(super) fn send(photo: &File, upload: RwSignal<Upload>, answered: impl FnOnce(Result<String, AppError>) + 'static) {
    let sent = try_send(photo, upload, answered);
    if sent.is_err() {
        upload.set(Upload::Idle);
    }
}

fn try_send(photo: &File, upload: RwSignal<Upload>, answered: impl FnOnce(Result<String, AppError>) + 'static) -> Result<(), JsValue> {
    let ended = move |answer: Result<Answer, AppError>| {
        upload.set(Upload::Idle);
        answered(answer.and_then(|answer| page_to_go_on_to(&answer)));
    };
    let request = post::request(LOG_IN_PATH, Box::new(ended))?;
    let follow = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        let is_through = event.loaded() >= event.total();
        upload.set(if is_through { Upload::Looking } else { Upload::Sending(event.loaded() / event.total()) });
    });
    request.upload()?.set_onprogress(Some(follow.into_js_value().unchecked_ref()));
    upload.set(Upload::Sending(0.0));
    request.send_with_opt_blob(Some(photo))
}

fn page_to_go_on_to(answer: &Answer) -> Result<String, AppError> {
    if answer.is_success {
        answer.read::<Recognised>().map(|recognised| recognised.go_to)
    } else {
        Err(answer.read::<Refused>().map_or_else(|error| error, |refused| refused.error.into()))
    }
}
