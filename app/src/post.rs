//! Sending something to the server from the page itself: with `XMLHttpRequest`, because `fetch` cannot tell how far it is.

use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::XmlHttpRequest;

use crate::error::AppError;

/// What the server answered.
pub(crate) struct Answer {
    /// Whether it did what was asked.
    pub(crate) is_success: bool,
    /// JSON.
    body: String,
}

impl Answer {
    /// Reads the body. A body that is something else means that the page is older than the server, or the other way round.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        serde_json::from_str(&self.body).map_err(|_| AppError::Outdated)
    }
}

/// Called once, when the answer is there or will not come.
pub(crate) type Answered = Box<dyn FnOnce(Result<Answer, AppError>)>;

/// A request that is ready to be sent.
pub(crate) fn request(path: &str, answered: Answered) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", path)?;
    request.set_request_header("Accept", "application/json")?;
    // Whether the answer has come or the connection has broken: the end comes once.
    let ended = Closure::once_into_js({
        let request = request.clone();
        move || answered(answer(&request))
    });
    request.set_onloadend(Some(ended.unchecked_ref()));
    Ok(request)
}

fn answer(request: &XmlHttpRequest) -> Result<Answer, AppError> {
    let body = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        // Without an answer there is no status.
        Ok(0) | Err(_) => Err(AppError::Unreachable),
        Ok(status) => Ok(Answer { is_success: status < 400, body }),
    }
}
