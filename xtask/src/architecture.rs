//! `cargo xtask check-architecture`: the walls of the house, checked.

mod arrows;
mod browser;
mod settings;

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{child, console::say, environment, repository::Repository};

/// Checks everything and names every fault; gives a word on what was checked.
pub(crate) fn check(repository: &Repository) -> Result<String> {
    let metadata = metadata(repository)?;
    let crates = arrows::crates(&metadata)?;
    let mut faults = arrows::faults(&crates);
    faults.extend(browser::faults(&browser_tree(repository)?));
    let leptos = &metadata["metadata"]["leptos"][0];
    faults.extend(settings::faults(&std::fs::read_to_string(repository.join("Leptos.toml"))?, leptos));
    for fault in &faults {
        say!("architecture: {fault}");
    }
    if !faults.is_empty() {
        bail!("{} faults in the architecture", faults.len());
    }
    let arrows = crates.iter().map(|one| one.uses.len()).sum::<usize>();
    let checked = format!("{} crates, {arrows} arrows", crates.len());
    say!("architecture: {checked}, all as allowed");
    Ok(checked)
}

/// What cargo knows about our crates, without resolving anybody else's.
fn metadata(repository: &Repository) -> Result<Value> {
    let output = child::output(&mut cargo(repository, &["metadata", "--no-deps", "--format-version", "1"]))?;
    serde_json::from_str(&output).context("cargo metadata did not print JSON")
}

/// The packages that get into the WebAssembly, one per line.
fn browser_tree(repository: &Repository) -> Result<String> {
    let arguments = ["tree", "--package", "frontend", "--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none"];
    child::output(cargo(repository, &arguments).args(["--format", "{p}"]))
}

/// Any cargo will do: nothing is compiled.
fn cargo(repository: &Repository, arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    environment::forget_outer_cargo(&mut cargo);
    cargo.current_dir(&repository.root).args(arguments);
    cargo
}
