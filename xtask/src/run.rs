//! `cargo xtask run` and `watch`: from a fresh clone to a serving program.

use std::os::unix::process::CommandExt as _;

use anyhow::{Context as _, Result};

use crate::{
    build::{self, Built},
    console::say,
    repository::Repository,
    setup::{self, Purpose},
};

/// Serves the installation of this machine, or a demo company beside it.
///
/// Returns only when it fails: this process becomes the program, so that Ctrl-C, the exit status and the terminal are the
/// program's own and nothing stands between.
pub(crate) fn build_and_serve(repository: &Repository, demo: bool) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Run)?;
    match build::release(repository, &toolbox)? {
        Built::Before => say!("build: unchanged since the last one"),
        Built::Now => say!("build: done"),
    }
    let program = repository.program();
    let arguments: &[&str] = if demo { &["serve", "--demo"] } else { &["serve"] };
    let error = toolbox.command(&program.to_string_lossy()).args(arguments).env_remove("CARGO_TARGET_DIR").exec();
    Err(error).with_context(|| format!("could not start {}", program.display()))
}

/// `cargo leptos watch` with the tools of the set-up, wherever those are. It too takes this process's place.
pub(crate) fn watch(repository: &Repository) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Run)?;
    let error = toolbox.cargo(&["leptos", "watch"]).exec();
    Err(error).context("could not start cargo leptos")
}
