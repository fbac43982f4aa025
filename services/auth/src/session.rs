//! The rules of sessions and enrolment tickets, apart from the one that an installation sets (`auth.session_days`).

/// How long an unknown parrot may take to tell its name after it showed its photo, in minutes.
pub(crate) const TICKET_MINUTES: i32 = 15;

/// How exactly it is known when a session was last used, in minutes: so seldom is a request made to write.
pub(crate) const LAST_SEEN_PRECISION_MINUTES: i32 = 5;

/// How many sessions an employee has at most; one more ends the oldest. More devices than anybody carries, and a limit for
/// programs that log in again for every request.
pub(crate) const SESSIONS_PER_USER_MAX: i64 = 50;

/// How many expired sessions or tickets a log-in clears away at most: more than it adds, so they cannot pile up, and few enough
/// that nobody notices.
pub(crate) const EXPIRED_BATCH: i64 = 20;

/// The hours of this many days. A session lasts so many hours, not days of the calendar, whose length changes with the clocks.
pub(crate) fn hours(days: u16) -> i32 {
    i32::from(days) * 24
}
