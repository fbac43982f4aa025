//! The stage that lets a short storm loose on the event bus.

use anyhow::Result;

use crate::{build, child, console::say, repository::Repository, setup::Toolbox, summary::Verdict};

/// The same storm each time: what it finds in one run should be there in the next. Another seed is another storm, see
/// `cargo xtask storm`.
const ARGUMENTS: [&str; 6] = ["--seed", "3", "--events", "6000", "--faults", "24"];

/// How the last line of the storm begins, which counts what it checked.
const VERDICT: &str = "storm: ";

pub(super) fn short(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let mut last = String::new();
    child::run_line_by_line(build::tool(repository, toolbox, "storm")?.args(ARGUMENTS), |line| {
        say!("{line}");
        line.clone_into(&mut last);
    })?;
    Ok(Verdict::Passed(last.strip_prefix(VERDICT).unwrap_or_default().to_owned()))
}
