//! `ates task …`: what an operator sees and does of tasks, on the machine itself.

use std::{fmt::Write as _, time::Duration};

use anyhow::anyhow;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use contracts::{
    Actor, RunId,
    reassign::{ReassignRun, ReassignStatus},
};
use indicatif::{ProgressBar, ProgressStyle};
use wiring::Services;

use crate::cli::in_words;

/// How often a run that goes on is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// What to do with tasks.
#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// Give every open task to a random employee, or show the run that is doing so already
    Reassign {
        /// Wait until the run has ended, with a progress bar; `ates serve` or `ates jobs` works it off
        #[arg(long)]
        wait: bool,
    },
    /// List the runs that gave every open task to a random employee, the newest first
    ReassignRuns {
        /// Only those before this one: the next page of a long list
        #[arg(long, value_name = "RUN")]
        before: Option<RunId>,
    },
}

impl TaskCommand {
    /// Does it; answers what to print.
    pub(crate) async fn run(self, services: &Services) -> anyhow::Result<String> {
        match self {
            Self::Reassign { wait } => {
                let started = services.reassign.start(Actor::Operator).await.map_err(|error| in_words(&error))?;
                let run = if wait { ended(services, started).await? } else { started };
                match run.status {
                    ReassignStatus::Failed => Err(anyhow!("run {} failed: nobody can be given a task", run.run_id)),
                    _ => Ok(list(&[run])),
                }
            }
            Self::ReassignRuns { before } => {
                let runs = services.reassign.runs(Actor::Operator, before).await.map_err(|error| in_words(&error))?;
                Ok(list(&runs))
            }
        }
    }
}

/// Shows how far a run is until it has ended. It ends whether or not somebody waits for it.
async fn ended(services: &Services, mut run: ReassignRun) -> anyhow::Result<ReassignRun> {
    let bar = ProgressBar::new(run.open_tasks.unsigned_abs());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} tasks, {eta} left")?);
    while run.status == ReassignStatus::Running {
        bar.set_position((run.assigned + run.failures).unsigned_abs());
        tokio::time::sleep(POLL_INTERVAL).await;
        run = services.reassign.run(Actor::Operator, run.run_id).await.map_err(|error| in_words(&error))?;
    }
    bar.finish_and_clear();
    Ok(run)
}

fn list(runs: &[ReassignRun]) -> String {
    if runs.is_empty() {
        return "There was no reassign run yet.\n".to_owned();
    }
    let mut text =
        format!("{:<6}{:<11}{:<22}{:<22}{:>10}{:>10}{:>8}\n", "RUN", "STATUS", "STARTED", "FINISHED", "OPEN", "ASSIGNED", "FAILED");
    for run in runs {
        let ReassignRun { run_id, status, started_at, finished_at, open_tasks, assigned, failures, .. } = run;
        let (run_id, started_at) = (run_id.to_string(), time(*started_at));
        let finished_at = finished_at.map_or_else(|| "-".to_owned(), time);
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "{run_id:<6}{:<11}{started_at:<22}{finished_at:<22}{open_tasks:>10}{assigned:>10}{failures:>8}", status.name());
    }
    text
}

/// A moment as logs write it.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
