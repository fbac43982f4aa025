//! `cargo xtask storm`: proves that the event bus loses nothing and doubles nothing.
//!
//! A company works through its real use cases on real PostgreSQL and Redis, with several worker processes, while a plan of faults is
//! carried out: processes are killed and paused, servers crash, connections break and hang, Redis forgets and repeats, clocks go
//! wrong. Some events are poisoned. When all is quiet again, the books are compared with a model that was kept beside the system,
//! and dead letters with the poison. One seed, one plan and one workload; when exactly they meet is up to the machine.

mod checks;
mod clock;
mod console;
mod journal;
mod model;
mod pace;
mod plan;
mod poison;
mod proxy;
mod quiet;
mod repeat;
mod report;
mod storm;
mod worker;
mod workload;
mod world;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use platform::{
    config::{LogFormat, Logging},
    telemetry,
};

use crate::{console::say, storm::Order};

/// What workers log: what goes wrong, which in a storm is a lot.
const WORKER_LOG_FILTER: &str = "info";

/// Lets a storm of faults loose on the event bus, then checks the books.
#[derive(Debug, Parser)]
#[command(name = "storm", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Decides what the company does and what goes wrong
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many events are stored at least
    #[arg(long, default_value_t = 2_000)]
    events: u32,
    /// How many faults there are
    #[arg(long, default_value_t = 24)]
    faults: usize,
    /// How many worker processes share the work, 1 to 8
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=8))]
    processes: u8,
    /// Where the workers' logs are kept; else they are thrown away when every rule holds
    #[arg(long)]
    logs: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be a worker process of a storm
    #[command(hide = true)]
    Work,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Command::Work) => work().map(|()| true),
        None => {
            let Arguments { seed, events, faults, processes, .. } = arguments;
            storm(Order { seed, events, faults, processes: processes.into() }, arguments.logs)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Whether every rule holds.
fn storm(order: Order, logs: Option<PathBuf>) -> Result<bool> {
    let no_place = "there is no place for the logs of the workers";
    let mut folder = match logs {
        Some(folder) => tempfile::Builder::new().prefix("storm-").disable_cleanup(true).tempdir_in(folder).context(no_place)?,
        None => tempfile::Builder::new().prefix("ates-storm-").tempdir().context(no_place)?,
    };
    let report = runtime()?.block_on(storm::run(order, folder.path()));
    let holds = report.as_ref().is_ok_and(report::Report::holds);
    if !holds {
        folder.disable_cleanup(true);
        say!("storm: the logs of the workers are in {}", folder.path().display());
    }
    report.map(|report| {
        report.print();
        holds
    })
}

/// A worker process: it ends when the storm does.
fn work() -> Result<()> {
    telemetry::start(&Logging { filter: WORKER_LOG_FILTER.to_owned(), format: LogFormat::Json })?;
    runtime()?.block_on(testbed::work()).map(|never| match never {})
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the async runtime cannot start")
}
