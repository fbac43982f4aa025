//! `ates analytics …`: what the company earned, and building these figures once more, on the machine itself.

use std::{fmt::Write as _, time::Duration};

use anyhow::anyhow;
use clap::{Args, Subcommand, ValueEnum};
use contracts::{
    Actor, BusinessDay, DayRange,
    analytics::{CompanyRange, Rebuild, RebuildStatus},
};
use indicatif::{ProgressBar, ProgressStyle};
use wiring::Services;

use crate::{api::analytics::csv, cli::in_words};

/// How often a rebuild that goes on is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// What to do with the company's figures.
#[derive(Debug, Subcommand)]
pub(crate) enum AnalyticsCommand {
    /// Tell income, accounts below zero and the most expensive task of each day
    Show(ShowOptions),
    /// Build the figures once more from the stored events, and say whether they were right until now
    Rebuild,
}

/// Of which days, and how.
#[derive(Debug, Args)]
pub(crate) struct ShowOptions {
    /// The first day, as 2026-11-01; the first of the month of the last one where none is given
    #[arg(long, value_name = "DAY")]
    from: Option<BusinessDay>,
    /// The last day; today where none is given
    #[arg(long, value_name = "DAY")]
    to: Option<BusinessDay>,
    /// How to write them: csv has amounts in whole units with a point, json in cents
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How days are written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

impl AnalyticsCommand {
    /// Does it; answers what to print.
    pub(crate) async fn run(self, services: &Services) -> anyhow::Result<String> {
        match self {
            Self::Show(ShowOptions { from, to, format }) => {
                let range = services.analytics.range(Actor::Operator, DayRange { from, to }).await.map_err(|error| in_words(&error))?;
                match format {
                    Format::Table => Ok(table(&range)),
                    Format::Csv => Ok(String::from_utf8(csv(&range.days).map_err(|error| in_words(&error))?)?),
                    Format::Json => Ok(serde_json::to_string_pretty(&range)? + "\n"),
                }
            }
            Self::Rebuild => {
                let started = services.analytics.start_rebuild(Actor::Operator).await.map_err(|error| in_words(&error))?;
                let rebuild = ended(services, started).await?;
                match rebuild.status {
                    RebuildStatus::Failed => Err(anyhow!("rebuild {} failed: the log says why", rebuild.rebuild_id)),
                    _ => Ok(told(&rebuild)),
                }
            }
        }
    }
}

/// Shows how far a rebuild is until it has ended. It ends with the process that has started it: this one, or another.
async fn ended(services: &Services, mut rebuild: Rebuild) -> anyhow::Result<Rebuild> {
    let bar = ProgressBar::new(rebuild.events_total.unsigned_abs());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {eta} left")?);
    while rebuild.status == RebuildStatus::Running {
        bar.set_position(rebuild.events_read.unsigned_abs());
        tokio::time::sleep(POLL_INTERVAL).await;
        rebuild = services.analytics.last_rebuild(Actor::Operator).await.map_err(|error| in_words(&error))?.unwrap_or(rebuild);
    }
    bar.finish_and_clear();
    Ok(rebuild)
}

fn told(rebuild: &Rebuild) -> String {
    let Rebuild { rebuild_id, events_read, unpriced_tasks, difference, .. } = rebuild;
    let mut text = format!("Rebuild {rebuild_id} has gone through {events_read} events.\n");
    // Writing to a string cannot fail.
    let _ = match difference {
        None => writeln!(text, "The figures were right."),
        Some(difference) => writeln!(text, "The figures were wrong, and are right now. The first difference, in cents:\n  {difference}"),
    };
    if *unpriced_tasks > 0 {
        let _ = writeln!(text, "{unpriced_tasks} finished tasks have no price and were left out.");
    }
    text
}

fn table(range: &CompanyRange) -> String {
    let mut text = format!("{:<12}{:>14}{:>14}{:>14}{:>10}{:>12}{:>12}\n", "DAY", "FEES", "REWARDS", "INCOME", "NEGATIVE", "TASK", "PRICE");
    for day in &range.days {
        let task = day.most_expensive;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<12}{:>14}{:>14}{:>14}{:>10}{:>12}{:>12}",
            day.day.to_string(),
            day.total_assign_fee.to_string(),
            day.total_resolve_price.to_string(),
            day.income.to_string(),
            day.negative_balance_account_count,
            task.map_or_else(|| "-".to_owned(), |task| task.task_id.to_string()),
            task.map_or_else(|| "-".to_owned(), |task| task.resolve_price.to_string()),
        );
    }
    let _ = writeln!(
        text,
        "{:<12}{:>14}{:>14}{:>14}",
        "TOTAL",
        range.total_assign_fee.to_string(),
        range.total_resolve_price.to_string(),
        range.income.to_string()
    );
    text
}
