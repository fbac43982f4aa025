//! Measures the product on real servers that store durably, with everything on one machine. Every figure stands beside the goal it
//! is to reach, and where there is one, beside the ceiling that was measured in the same run.

mod analytics;
mod bus;
mod company;
mod ledger;
mod machine;
mod percentile;
mod tracker;
mod trial;
mod workload;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures the product.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Bench {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// The event bus and the ledger behind it
    Bus(bus::Options),
    /// The ledger itself: postings, payroll, audit
    Ledger(ledger::Options),
    /// Reassign runs of the tracker, and everybody else meanwhile
    Tracker(tracker::Options),
    /// Analytics: events into its read models, a rebuild, and what managers are told
    Analytics(analytics::Options),
    /// Relay and workers, for the benchmark to start and kill
    #[command(hide = true)]
    Work,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Bench::parse().subject {
        Subject::Bus(options) => bus::measure(&options).await,
        Subject::Ledger(options) => ledger::measure(&options).await,
        Subject::Tracker(options) => tracker::measure(&options).await,
        Subject::Analytics(options) => analytics::measure(&options).await,
        Subject::Work => match testbed::work().await? {},
    }
}

/// So many a second.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Prints a line of the report.
#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(line: &str) {
    println!("{line}");
}
