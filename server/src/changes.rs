//! What keeps the pages of one's own up to date: server-sent events that say that something has changed, and nothing else.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse as _, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use live::{Changes, HintListener};
use tokio::time::{Instant, sleep, timeout_at};

use crate::session::LoggedIn;

/// So long changes are gathered before they are told as one: a page asks again so often at most.
const GATHERED_FOR: Duration = Duration::from_millis(200);

/// So long a connection lasts. Browsers come again by themselves: then the session is looked up anew, and hints that got lost are
/// caught up with.
const CONNECTION_LENGTH: Duration = Duration::from_mins(5);

/// How long browsers wait before they come again.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Browsers keep events without data to themselves.
const SOMETHING: &str = "something";

/// How often something is sent at least, so that nobody on the way takes the connection for dead.
const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(15);

/// `GET /live`: an event `change` whenever the caller's account has, or may have, changed.
pub(crate) async fn tell(State(listener): State<HintListener>, session: LoggedIn) -> Response {
    match listener.changes_for(session.caller().user_id) {
        Ok(changes) => {
            let end = Instant::now() + CONNECTION_LENGTH;
            let events = stream::unfold(changes, move |changes| next(changes, end));
            Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE_INTERVAL)).into_response()
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

async fn next(mut changes: Changes, end: Instant) -> Option<(Result<Event, Infallible>, Changes)> {
    timeout_at(end, changes.next()).await.ok()??;
    sleep(GATHERED_FOR).await;
    changes.forget();
    Some((Ok(Event::default().event("change").data(SOMETHING).retry(RETRY_AFTER)), changes))
}
