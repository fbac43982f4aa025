//! Measures the product on real servers that store durably, with everything on one machine. Every figure stands beside the goal it
//! is to reach, and where there is one, beside the ceiling that was measured in the same run.

mod bus;
mod machine;
mod percentile;

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
    /// Relay and workers, for the benchmark to start and kill
    #[command(hide = true)]
    Work,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Bench::parse().subject {
        Subject::Bus(options) => bus::measure(&options).await,
        Subject::Work => match testbed::work().await? {},
    }
}

/// Prints a line of the report.
#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn report(line: &str) {
    println!("{line}");
}
