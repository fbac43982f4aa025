//! `ates payroll …`: what an operator sees and does of the nightly payroll, on the machine itself.

use std::{fmt::Write as _, time::Duration};

use anyhow::Context as _;
use clap::Subcommand;
use contracts::{
    Actor, BusinessDay,
    payroll::{PayrollRun, PayrollStatus},
};
use wiring::Services;

use crate::cli::in_words;

/// How often a run that waits is looked at.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What to do with payroll.
#[derive(Debug, Subcommand)]
pub(crate) enum PayrollCommand {
    /// Pay everybody what they earned until the end of a day, and the days before it that were missed
    Run {
        /// The business day, as 2026-11-23; yesterday where none is given
        #[arg(long)]
        day: Option<BusinessDay>,
    },
    /// List the runs, the newest first
    List {
        /// Only those of days before this one: the next part of a long list
        #[arg(long, value_name = "DAY")]
        before: Option<BusinessDay>,
    },
}

impl PayrollCommand {
    /// Does it; answers what to print.
    pub(crate) async fn run(self, services: &Services) -> anyhow::Result<String> {
        match self {
            Self::Run { day } => {
                let day = match day {
                    Some(day) => day,
                    None => services.today().await.context("the company's clock cannot be read")?.previous(),
                };
                run(services, day).await
            }
            Self::List { before } => {
                let runs = services.payroll.runs(Actor::Operator, before).await.map_err(|error| in_words(&error))?;
                Ok(list(&runs))
            }
        }
    }
}

/// Starts the run and carries it on until everybody is paid. Broken off, the background work of any process goes on with it.
async fn run(services: &Services, day: BusinessDay) -> anyhow::Result<String> {
    let mut said = false;
    loop {
        let run = services.payroll.start(Actor::Operator, day).await.map_err(|error| in_words(&error))?;
        if run.status == PayrollStatus::Done {
            return Ok(list(&[run]));
        }
        services.payroll_work.carry_on().await.map_err(|error| in_words(&error))?;
        if run.status == PayrollStatus::Waiting && !said {
            tracing::info!(
                "payroll waits until what happened by the end of {day} is booked, at most half an hour; this command may be broken off: `ates serve` goes on with it"
            );
            said = true;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

fn list(runs: &[PayrollRun]) -> String {
    if runs.is_empty() {
        return "There was no payroll yet.\n".to_owned();
    }
    let mut text = format!(
        "{:<12}{:<9}{:>10}{:>9}{:>16}{:>9}{:>16}  {}\n",
        "DAY", "STATUS", "ACCOUNTS", "PAYOUTS", "PAID", "DEBTORS", "DEBT", "DELIVERIES LEFT FOR THE NEXT NIGHT"
    );
    for run in runs {
        let PayrollRun { day, status, accounts, payouts, paid, debtors, debt, unfinished_deliveries, .. } = run;
        let (day, paid, debt) = (day.to_string(), paid.to_string(), debt.to_string());
        let left = unfinished_deliveries.map_or_else(|| "-".to_owned(), |count| count.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{day:<12}{:<9}{accounts:>10}{payouts:>9}{paid:>16}{debtors:>9}{debt:>16}  {left}", status.name());
    }
    text
}
