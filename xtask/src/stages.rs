//! `cargo xtask test`: the stages, in an order that builds everything once.
//!
//! Cheap stages come first. Every cargo command uses the release profile and the same variables, so that all of them share what
//! the first one compiled. A failed stage does not stop the others, except those that need what it makes.

pub(crate) mod browser;
mod code;
mod packages;
mod size;
mod statements;
mod storm;
mod tests;

use std::{process::ExitCode, time::Instant};

use anyhow::{Result, bail};

use crate::{
    architecture, build,
    console::say,
    repository::Repository,
    setup::{self, Purpose, Toolbox},
    summary::{self, Line, Verdict},
};

/// A part of the tests that can be run alone by its name.
struct Stage {
    name: &'static str,
    about: &'static str,
    /// Stages that must have passed before, in the order of the list.
    needs: &'static [&'static str],
    perform: fn(&Repository, &Toolbox) -> Result<Verdict>,
}

const STAGES: &[Stage] = &[
    Stage { name: "fmt", about: "the code is formatted", needs: &[], perform: code::formatting },
    Stage { name: "architecture", about: "no dependency points the wrong way", needs: &[], perform: architecture },
    Stage { name: "deny", about: "licences and sources of all packages are allowed ones", needs: &[], perform: packages::check },
    Stage { name: "build", about: "the release build", needs: &[], perform: build },
    Stage { name: "size", about: "what the browser loads first is within the budget", needs: &["build"], perform: size::check },
    Stage { name: "clippy", about: "no warnings in the server's code", needs: &[], perform: code::lints },
    Stage { name: "clippy-wasm", about: "no warnings in the browser's code", needs: &[], perform: code::lints_of_the_browser },
    Stage { name: "prepare-check", about: "the committed .sqlx fits the code and the schema", needs: &[], perform: statements::check },
    Stage { name: "xtask", about: "unit tests of this program", needs: &[], perform: tests::of_xtask },
    Stage { name: "test", about: "unit and integration tests", needs: &[], perform: tests::of_the_product },
    Stage { name: "storm", about: "the books after a storm of faults", needs: &[], perform: storm::short },
    Stage {
        name: "embedded-unprivileged",
        about: "the private servers once more, without root's rights",
        needs: &[],
        perform: tests::of_embedded_without_rights,
    },
    Stage { name: "e2e", about: "the real pages in a real browser", needs: &["build"], perform: browser::end_to_end },
];

/// One line per stage.
pub(crate) fn list() -> String {
    STAGES.iter().map(|stage| format!("{:24}{}", stage.name, stage.about)).collect::<Vec<_>>().join("\n")
}

/// Runs the named stages and those they need, or all. The status is a success only if no stage failed.
pub(crate) fn perform(repository: &Repository, only: &[String]) -> Result<ExitCode> {
    let stages = selected(only)?;
    let start = Instant::now();
    let mut lines = Vec::new();
    let toolbox = match setup::perform(repository, Purpose::Test) {
        Ok(toolbox) => Some(toolbox),
        Err(error) => {
            lines.push(Line { stage: "setup", verdict: Verdict::Failed(format!("{error:#}")), time: start.elapsed() });
            None
        }
    };
    for stage in stages {
        let start = Instant::now();
        let verdict = match &toolbox {
            None => Verdict::NotRun("setup"),
            Some(toolbox) => verdict(stage, &lines, repository, toolbox),
        };
        say!("── {}: {}", stage.name, verdict.headline());
        lines.push(Line { stage: stage.name, verdict, time: start.elapsed() });
    }
    say!("{}", summary::table(&lines, start.elapsed()));
    let failed = lines.iter().any(|line| line.verdict.is_failure());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn verdict(stage: &Stage, before: &[Line], repository: &Repository, toolbox: &Toolbox) -> Verdict {
    let failed = |need: &&&'static str| before.iter().any(|line| line.stage == **need && line.verdict.is_failure());
    if let Some(need) = stage.needs.iter().find(failed) {
        return Verdict::NotRun(need);
    }
    say!("\n── {}: {}", stage.name, stage.about);
    (stage.perform)(repository, toolbox).unwrap_or_else(|error| Verdict::Failed(format!("{error:#}")))
}

fn selected(only: &[String]) -> Result<Vec<&'static Stage>> {
    if let Some(unknown) = only.iter().find(|name| !STAGES.iter().any(|stage| stage.name == **name)) {
        bail!("there is no stage `{unknown}`. Stages:\n\n{}", list());
    }
    let named = |stage: &&Stage| only.is_empty() || only.iter().any(|name| name == stage.name);
    let wanted: Vec<&Stage> = STAGES.iter().filter(named).collect();
    let needed = |stage: &&Stage| wanted.iter().any(|other| other.name == stage.name || other.needs.contains(&stage.name));
    Ok(STAGES.iter().filter(needed).collect())
}

fn architecture(repository: &Repository, _: &Toolbox) -> Result<Verdict> {
    architecture::check(repository).map(Verdict::Passed)
}

fn build(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    Ok(match build::release(repository, toolbox)? {
        build::Built::Now => Verdict::Passed(String::new()),
        build::Built::Before => Verdict::Passed("unchanged since the last build".to_owned()),
    })
}

#[cfg(test)]
mod unit_tests {
    use super::{STAGES, selected};

    #[test]
    fn a_stage_brings_what_it_needs_in_the_right_order() -> anyhow::Result<()> {
        let names: Vec<_> = selected(&["e2e".to_owned(), "fmt".to_owned()])?.iter().map(|stage| stage.name).collect();
        assert_eq!(names, ["fmt", "build", "e2e"]);
        assert_eq!(selected(&[])?.len(), STAGES.len());
        Ok(())
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_list() {
        let refusal = selected(&["e3e".to_owned()]).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refusal.contains("`e3e`") && refusal.contains("clippy-wasm"), "{refusal}");
    }

    #[test]
    fn needs_come_before_what_needs_them() {
        for (index, stage) in STAGES.iter().enumerate() {
            for need in stage.needs {
                assert!(STAGES[..index].iter().any(|earlier| earlier.name == *need), "{} needs {need}", stage.name);
            }
        }
    }
}
