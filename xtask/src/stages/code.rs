//! The stages that read the code: formatting and lints.

use anyhow::Result;

use crate::{child, repository::Repository, setup::Toolbox, summary::Verdict};

pub(super) fn formatting(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    child::run(&mut toolbox.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed(String::new()))
}

/// Release, because build scripts and procedural macros then are those of the build before.
pub(super) fn lints(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    child::run(&mut toolbox.cargo(&["clippy", "--release", "--all-targets", "--", "--deny", "warnings"]))?;
    child::run(&mut toolbox.cargo(&["clippy", "--release", "--all-targets", "--package", "xtask", "--", "--deny", "warnings"]))?;
    Ok(Verdict::Passed(String::new()))
}

/// The workspace's crates below `frontend` are linted with it, as they are compiled for the browser.
pub(super) fn lints_of_the_browser(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let mut clippy = toolbox.cargo(&["clippy", "--package", "frontend", "--profile", "wasm-release"]);
    clippy.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(repository.front_target());
    child::run(clippy.args(["--", "--deny", "warnings"]))?;
    Ok(Verdict::Passed(String::new()))
}
