//! How fast analytics takes events in, builds everything once more, and tells managers of a year.

mod dashboard;
mod ingestion;
mod rebuild;

use anyhow::Result;
use clap::Args;

use crate::{machine, report};

/// The share of its ceiling that each part is to reach, in percent.
const GOAL_SHARE_PERCENT: u32 = 50;

/// How much of each to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// How many entries are counted as they come
    #[arg(long, default_value_t = 50_000)]
    entries: usize,
    /// Through how many events a rebuild goes, at least
    #[arg(long, default_value_t = 1_000_000)]
    rebuilt: usize,
    /// How many accounts the company has of which managers are told
    #[arg(long, default_value_t = 10_000)]
    accounts: usize,
}

/// Measures everything and prints the report. Each part has servers of its own, so that none is in the way of another.
pub(crate) async fn measure(options: &Options) -> Result<()> {
    report(&format!("machine: {}; everything runs on it", machine::describe()));
    Box::pin(ingestion::measure(options.entries)).await?;
    Box::pin(rebuild::measure(options.rebuilt)).await?;
    Box::pin(dashboard::measure(options.accounts)).await
}
