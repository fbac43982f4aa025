//! What the person at the terminal reads.

use std::{
    fmt::Arguments,
    io::{self, IsTerminal as _, Write as _},
    sync::Mutex,
    time::{Duration, Instant},
};

/// How often progress is said where it cannot be written over, as in the log of a build.
const SAID_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Prints one line.
macro_rules! say {
    ($($format:tt)*) => {
        $crate::console::print(format_args!($($format)*))
    };
}
pub(crate) use say;

/// A closed terminal or a `| head` must not stop a storm: what cannot be printed is dropped.
pub(crate) fn print(line: Arguments<'_>) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Says on standard error why there is no verdict: the error and what led to it.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "storm: {error:#}");
}

/// A line that says how far it is: written over and over on a terminal, now and then elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    on_terminal: bool,
    said: Mutex<Option<Instant>>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { on_terminal: io::stdout().is_terminal(), said: Mutex::new(Some(Instant::now())) }
    }

    /// Says it, unless it was said a moment ago.
    pub(crate) fn say(&self, line: Arguments<'_>) {
        let mut out = io::stdout().lock();
        if self.on_terminal {
            // To the beginning of the line, and nothing may be left of the one before.
            let _ = write!(out, "\r{line}\x1b[K");
            let _ = out.flush();
            return;
        }
        let mut said = self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if said.is_none_or(|said| said.elapsed() >= SAID_AGAIN_AFTER) {
            let _ = writeln!(out, "{line}");
            *said = Some(Instant::now());
        }
    }

    /// Ends the line.
    pub(crate) fn finish(&self) {
        if self.on_terminal {
            let _ = writeln!(io::stdout().lock());
        }
    }
}
