//! `ates export`: what happened, for a data warehouse.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};
use contracts::{BusinessDay, EventId};
use export::{ExportError, Exported, JsonLines, Limits, Parquet, PartFile, Selection, Sink as _};
use platform::database::Database;

/// Which events to write, how and where.
#[derive(Debug, Args)]
pub(crate) struct ExportOptions {
    /// Only events of this business day and later ones, as 2026-11-23
    #[arg(long, value_name = "DAY")]
    from: Option<BusinessDay>,
    /// Only events of this business day and earlier ones
    #[arg(long, value_name = "DAY")]
    to: Option<BusinessDay>,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only events after this one: go on where an earlier export ended, as it says at its end
    #[arg(long, value_name = "EVENT_ID")]
    after: Option<EventId>,
    /// The file to write, which appears when it is whole; standard output where it is `-` or none is given
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// Parquet, for which a file is needed
    Parquet,
}

impl ExportOptions {
    /// Refuses what cannot be meant, before anything is done.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            ensure!(from <= to, "--from {from} is later than --to {to}: there is no such day");
        }
        ensure!(
            self.format == Format::Jsonl || self.file().is_some(),
            "Parquet cannot be read before it is whole, so it is not written to standard output: name a file with --output"
        );
        Ok(())
    }

    /// Does it. Answers what to tell; nothing where the reader of the events has gone.
    pub(crate) async fn run(&self, database: &Database) -> anyhow::Result<Option<String>> {
        let outcome = match self.file() {
            Some(name) => self.to_file(database, name).await,
            None => self.as_lines(database, io::stdout()).await,
        };
        match outcome {
            Ok(exported) => Ok(Some(self.told(exported))),
            Err(error) if error.is_broken_pipe() => Ok(None),
            Err(error) => Err(error).context("the export is not complete"),
        }
    }

    async fn to_file(&self, database: &Database, name: &Path) -> Result<Exported, ExportError> {
        let mut file = PartFile::begin(name)?;
        let exported = match self.format {
            Format::Jsonl => self.as_lines(database, &mut file).await?,
            Format::Parquet => {
                let mut sink = Parquet::new(&mut file)?;
                let exported = export::export(database, &self.selection(), &Limits::default(), &mut sink).await?;
                sink.finish()?;
                exported
            }
        };
        file.keep()?;
        Ok(exported)
    }

    async fn as_lines(&self, database: &Database, output: impl io::Write) -> Result<Exported, ExportError> {
        let mut sink = JsonLines::new(output);
        let exported = export::export(database, &self.selection(), &Limits::default(), &mut sink).await?;
        sink.finish()?;
        Ok(exported)
    }

    fn told(&self, exported: Exported) -> String {
        let count = exported.events;
        match exported.last.or(self.after) {
            Some(cursor) => format!("events exported: {count}; the next export goes on with --after {cursor}"),
            None => format!("events exported: {count}"),
        }
    }

    fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|name| *name != Path::new("-"))
    }

    const fn selection(&self) -> Selection {
        Selection { from: self.from, to: self.to, after: self.after }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: ExportOptions,
    }

    fn options(line: &str) -> ExportOptions {
        Line::try_parse_from(["export"].into_iter().chain(line.split_whitespace())).expect("options").options
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in ["", "--from 2026-11-23 --to 2026-11-23", "--output - --format jsonl", "--output events.parquet --format parquet"] {
            options(line).check().expect(line);
        }
        for line in ["--from 2026-11-24 --to 2026-11-23", "--format parquet", "--format parquet --output -"] {
            options(line).check().expect_err(line);
        }
    }

    #[test]
    fn the_cursor_is_told_also_when_nothing_is_new() {
        let cursor = "0199a7b4-6f00-7000-8000-000000000001";
        let again = options(&format!("--after {cursor}"));
        assert_eq!(again.told(Exported::default()), format!("events exported: 0; the next export goes on with --after {cursor}"));
        assert_eq!(options("").told(Exported::default()), "events exported: 0");
    }
}
