//! The same work twice: by the product, and by bare SQL.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{machine::ProcessorTime, rate, report};

/// What a piece of work took.
pub(crate) struct Effort {
    time: Duration,
    processor_time: String,
}

/// Does a piece of work and sees what it takes.
pub(crate) async fn effort<T>(work: impl Future<Output = Result<T>>) -> Result<(T, Effort)> {
    let before = ProcessorTime::now();
    let began = Instant::now();
    let done = work.await?;
    let time = began.elapsed();
    Ok((done, Effort { time, processor_time: ProcessorTime::now().spent_since(&before) }))
}

/// What was done by the product and by bare SQL, and what it took.
pub(crate) struct Trial<'a> {
    /// In words.
    pub(crate) what: &'a str,
    /// How much of it each did.
    pub(crate) count: usize,
    /// What is counted.
    pub(crate) things: &'a str,
    /// What the product is to reach besides its share of the ceiling, if there is such a goal.
    pub(crate) goal: &'a str,
    /// The share of the ceiling that it is to reach, in percent.
    pub(crate) goal_share_percent: u32,
    /// What it took the product.
    pub(crate) product: Effort,
    /// What it took bare SQL.
    pub(crate) ceiling: Effort,
}

impl Trial<'_> {
    /// Prints the figures.
    pub(crate) fn tell(&self) {
        let Self { what, count, things, goal, goal_share_percent, product, ceiling } = self;
        let (reached, possible) = (rate(*count, product.time), rate(*count, ceiling.time));
        report(&format!(
            "{what}: {reached:.0} {things}/s, {count} in {:.2} s{goal}\n  \
             ceiling: {possible:.0} {things}/s, in {:.2} s by bare SQL; {:.0} % of it are reached (goal: {goal_share_percent} %)\n  \
             processor time: {}\n  processor time of the ceiling: {}\n",
            product.time.as_secs_f64(),
            ceiling.time.as_secs_f64(),
            100.0 * reached / possible,
            product.processor_time,
            ceiling.processor_time
        ));
    }
}
