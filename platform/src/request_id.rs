//! The id of the request that started it all: of the click whose events, deliveries and further events are being worked on. Log
//! lines of every service carry it, so that one search finds the whole story.

use std::future::Future;

tokio::task_local! {
    static REQUEST_ID: Option<String>;
}

/// The longest id that is carried along. Ids drawn by us are shorter; one that a client made up may be anything.
const CHARS_MAX: usize = 100;

/// Does `work` on behalf of a request; of none where an id is missing, too long or no plain ASCII.
///
/// Tasks spawned within do not inherit it: they call this again.
pub async fn on_behalf_of<Work: Future>(request_id: Option<String>, work: Work) -> Work::Output {
    REQUEST_ID.scope(request_id.filter(|id| is_sound(id)), work).await
}

/// The request on whose behalf the current task works, if there is one.
#[must_use]
pub fn current() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok().flatten()
}

fn is_sound(id: &str) -> bool {
    !id.is_empty() && id.len() <= CHARS_MAX && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_knows_its_request() {
        assert_eq!(current(), None);
        let known = on_behalf_of(Some("abc-1".to_owned()), async { current() }).await;
        assert_eq!(known.as_deref(), Some("abc-1"));
    }

    #[tokio::test]
    async fn what_could_forge_a_log_line_is_not_carried() {
        for forged in ["", "a b", "a\nb", "клюв", &"a".repeat(CHARS_MAX + 1)] {
            assert_eq!(on_behalf_of(Some(forged.to_owned()), async { current() }).await, None, "{forged:?}");
        }
    }
}
