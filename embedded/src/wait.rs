//! Waiting for a condition, never for longer than a named limit.

use std::thread;
use std::time::{Duration, Instant};

/// Between two looks at a condition: short against the start of a server, long against the cost of a look.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Looks until there is an answer; `None` when the limit has passed without one.
#[expect(clippy::disallowed_methods, reason = "this is where the waiting for conditions happens")]
pub(crate) fn until<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        // Look at least once, also after a pause of the whole machine.
        if let Some(answer) = look() {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(POLL_INTERVAL);
    }
}
