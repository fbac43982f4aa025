//! What keeps the pages of one's own up to date: server-sent events that say that something has changed, and nothing else.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderName, StatusCode},
    response::{
        IntoResponse as _, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{
    StreamExt as _,
    stream::{self, once},
};
use live::{Changes, HintListener};

use crate::session::LoggedIn;

/// So long changes are gathered before they are told as one: a page asks again so often at most.
const GATHERED_FOR: Duration = Duration::from_millis(400);

/// How long browsers wait before they come again.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Browsers keep events without data to themselves.
const SOMETHING: &str = "something";

/// How often something is sent at least, so that nobody on the way takes the connection for dead.
const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(15);

/// Keeps proxies from holding events back.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// `GET /live`: an event `change` whenever what the caller's pages show has, or may have, changed. The stream ends after some minutes: browsers come
/// again by themselves, and then the session is looked up anew.
pub(crate) async fn tell(State(listener): State<HintListener>, session: LoggedIn) -> Response {
    match listener.changes_for(session.caller()).await {
        Ok(changes) => {
            let begin = once(async { Ok(Event::default().retry(RETRY_AFTER)) });
            let events = begin.chain(stream::unfold(changes, next));
            ([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE_INTERVAL))).into_response()
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

async fn next(mut changes: Changes) -> Option<(Result<Event, Infallible>, Changes)> {
    changes.next().await?;
    changes.gather(GATHERED_FOR).await?;
    Some((Ok(Event::default().event("change").data(SOMETHING)), changes))
}
