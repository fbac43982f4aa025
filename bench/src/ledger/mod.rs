//! How fast the ledger is by itself: postings, payroll, audit.

mod audit;
mod payroll;
mod postings;

use anyhow::Result;
use clap::Args;

use crate::{machine, report};

/// The share of its ceiling that each part is to reach, in percent.
const GOAL_SHARE_PERCENT: u32 = 60;

/// How much of each to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// How many postings are made on many accounts, and how many on one
    #[arg(long, default_value_t = 50_000)]
    postings: usize,
    /// How many accounts they are made on, where it is not one
    #[arg(long, default_value_t = 1_000)]
    accounts: usize,
    /// How many accounts a payroll pays; one payroll for each number
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    payroll: Vec<usize>,
    /// How many entries an audit recomputes, at least
    #[arg(long, default_value_t = 1_000_000)]
    entries: usize,
}

/// Measures everything and prints the report. Each part has servers of its own, so that none is in the way of another.
pub(crate) async fn measure(options: &Options) -> Result<()> {
    report(&format!("machine: {}; everything runs on it", machine::describe()));
    Box::pin(postings::measure(options)).await?;
    for accounts in &options.payroll {
        payroll::measure(*accounts).await?;
    }
    audit::measure(options.entries).await
}
