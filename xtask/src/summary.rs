//! The table at the end of `cargo xtask test`.

use std::{fmt::Write as _, time::Duration};

use crate::console::spoken;

/// How a stage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// With what it counted, if it did.
    Passed(String),
    Failed(String),
    /// It does not apply here, for this reason.
    Skipped(String),
    /// A stage it builds on failed, so nothing is known about it: counts as a failure.
    NotRun(&'static str),
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) stage: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) time: Duration,
}

impl Verdict {
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NotRun(_))
    }

    /// For the line at the end of a stage.
    pub(crate) fn headline(&self) -> String {
        let (word, detail) = (self.word(), self.detail());
        if detail.is_empty() { word.to_owned() } else { format!("{word} ({detail})") }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed(_) => "passed",
            Self::Failed(_) => "FAILED",
            Self::Skipped(_) => "skipped",
            Self::NotRun(_) => "NOT RUN",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Passed(detail) | Self::Failed(detail) | Self::Skipped(detail) => detail.clone(),
            Self::NotRun(stage) => format!("needs {stage}"),
        }
    }
}

/// The table, the total time, and as the last line the counts in a form that a program can read.
pub(crate) fn table(lines: &[Line], total: Duration) -> String {
    let mut table = format!("\n{:24}{:10}{:>13}  {}\n", "stage", "result", "time", "counted");
    for line in lines {
        let detail = line.verdict.detail();
        // The rest of a long one was printed when it happened.
        let detail = detail.lines().next().unwrap_or_default();
        let row = format!("{:24}{:10}{:>13}  {detail}", line.stage, line.verdict.word(), spoken(line.time));
        let _ = writeln!(table, "{}", row.trim_end());
    }
    let _ = writeln!(table, "{:24}{:10}{:>13}\n", "total", "", spoken(total));

    let failed = lines.iter().filter(|line| line.verdict.is_failure()).count();
    let skipped = lines.iter().filter(|line| matches!(line.verdict, Verdict::Skipped(_))).count();
    let _ = write!(table, "{} passed, {failed} failed", lines.len() - failed - skipped);
    if skipped > 0 {
        let _ = write!(table, ", {skipped} skipped");
    }
    table
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Line, Verdict, table};

    fn line(stage: &'static str, verdict: Verdict) -> Line {
        Line { stage, verdict, time: Duration::from_secs(72) }
    }

    #[test]
    fn a_stage_that_could_not_run_is_a_failure() {
        let lines = [
            line("fmt", Verdict::Passed(String::new())),
            line("build", Verdict::Failed("exit status: 101".to_owned())),
            line("e2e", Verdict::NotRun("build")),
            line("deny", Verdict::Skipped("cargo-deny is not installed".to_owned())),
        ];
        let table = table(&lines, Duration::from_mins(5));
        assert!(table.ends_with("\n\n1 passed, 2 failed, 1 skipped"), "{table}");
        assert!(table.contains("1 min 12 s  needs build"), "{table}");
    }

    #[test]
    fn nothing_is_said_of_skips_when_there_are_none() {
        let table = table(&[line("fmt", Verdict::Passed(String::new()))], Duration::ZERO);
        assert!(table.ends_with("\n1 passed, 0 failed"), "{table}");
    }
}
