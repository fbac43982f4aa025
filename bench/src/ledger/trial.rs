//! The same work twice: by the product, and by bare SQL.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{machine::ProcessorTime, rate, report};

/// What a piece of work took.
pub(super) struct Effort {
    time: Duration,
    processor_time: String,
}

/// Does a piece of work and sees what it takes.
pub(super) async fn effort<T>(work: impl Future<Output = Result<T>>) -> Result<(T, Effort)> {
    let before = ProcessorTime::now();
    let began = Instant::now();
    let done = work.await?;
    let time = began.elapsed();
    Ok((done, Effort { time, processor_time: ProcessorTime::now().spent_since(&before) }))
}

/// What was done by the product and by bare SQL, and what it took.
pub(super) struct Trial<'a> {
    /// In words.
    pub(super) what: &'a str,
    /// How much of it each did.
    pub(super) count: usize,
    /// What is counted.
    pub(super) things: &'a str,
    /// What the product is to reach besides its share of the ceiling, if there is such a goal.
    pub(super) goal: &'a str,
    /// What it took the product.
    pub(super) product: Effort,
    /// What it took bare SQL.
    pub(super) ceiling: Effort,
}

impl Trial<'_> {
    /// Prints the figures.
    pub(super) fn tell(&self) {
        let Self { what, count, things, goal, product, ceiling } = self;
        let (reached, possible) = (rate(*count, product.time), rate(*count, ceiling.time));
        report(&format!(
            "{what}: {reached:.0} {things}/s, {count} in {:.2} s{goal}\n  \
             ceiling: {possible:.0} {things}/s, in {:.2} s by bare SQL; {:.0} % of it are reached (goal: 60 %)\n  \
             processor time: {}\n  processor time of the ceiling: {}\n",
            product.time.as_secs_f64(),
            ceiling.time.as_secs_f64(),
            100.0 * reached / possible,
            product.processor_time,
            ceiling.processor_time
        ));
    }
}
