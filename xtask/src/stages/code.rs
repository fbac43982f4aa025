//! The stages that read the code: formatting and lints.

use std::process::Command;

use anyhow::Result;

use crate::{
    child,
    repository::Repository,
    setup::{RUST, Toolbox},
    summary::Verdict,
};

pub(super) fn formatting(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    child::run(&mut toolbox.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed(String::new()))
}

/// Release, because build scripts and procedural macros then are those of the build before.
pub(super) fn lints(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let clippy = ["clippy", "--release", "--all-targets"];
    let [product, xtask] = [&clippy[..], &[&clippy[..], &["--package", "xtask"]].concat()].map(|arguments| toolbox.cargo(arguments));
    judged(toolbox, [product, xtask])
}

/// The workspace's crates below `frontend` are linted with it, as they are compiled for the browser.
pub(super) fn lints_of_the_browser(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let mut clippy = toolbox.cargo(&["clippy", "--package", "frontend", "--profile", "wasm-release"]);
    clippy.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(repository.front_target());
    judged(toolbox, [clippy])
}

/// Runs clippy. A warning fails the stage where clippy is of the version that the set-up installs. Another version has other lints: what it
/// finds is shown, and fails nothing, so that a newer Rust is no reason for a red test.
fn judged<const N: usize>(toolbox: &Toolbox, commands: [Command; N]) -> Result<Verdict> {
    let judges = toolbox.judges_lints();
    let levels = if judges { ["--deny", "warnings"] } else { ["--cap-lints", "warn"] };
    for mut clippy in commands {
        child::run(clippy.arg("--").args(levels))?;
    }
    Ok(Verdict::Passed(if judges { String::new() } else { format!("warnings do not count: only those of Rust {RUST} do") }))
}
