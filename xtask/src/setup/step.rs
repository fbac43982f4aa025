//! One line per step of the set-up: what, why, and how it went.

use std::time::Instant;

use crate::console::{say, spoken};

/// A thing the set-up wants there, and the reason a reader of the output may ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) what: &'a str,
    pub(super) why: &'a str,
}

impl Step<'_> {
    pub(super) fn already_there(&self, detail: &str) {
        self.tell(&format!("already there ({detail})"));
    }

    /// Says what is being done before it starts, since it may take minutes, and how long it took after.
    pub(super) fn perform<T>(&self, how: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.tell(&format!("{how} …"));
        let start = Instant::now();
        let result = work()?;
        self.tell(&format!("done in {}", spoken(start.elapsed())));
        Ok(result)
    }

    fn tell(&self, outcome: &str) {
        say!("setup: {} — {} — {outcome}", self.what, self.why);
    }
}
