//! The release build, skipped while it would change nothing.

use std::{fs, process::Command};

use anyhow::{Context as _, Result};

use crate::{child, repository::Repository, setup::Toolbox, stamp};

/// The packages that are built in one run of cargo: everything that runs on the server, except `i18n`.
///
/// Cargo unites the features that all packages of a run ask for: another choice of packages would compile much of what they share
/// a second time. What `i18n` tests itself against asks for features of crates deep below sqlx and Leptos.
pub(crate) const SERVER_PACKAGES: [&str; 7] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask", "--exclude", "i18n"];

/// What [`release`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Built {
    Now,
    /// The inputs are those of the last build, and nobody touched what it made. Cargo would need half a minute to find that out,
    /// because the WebAssembly is optimised and compressed anew each time.
    Before,
}

/// Builds the program and what it serves, with the precompressed files.
pub(crate) fn release(repository: &Repository, toolbox: &Toolbox) -> Result<Built> {
    let note = repository.scratch().join("release-build");
    let inputs = stamp::of_inputs(repository, &toolbox.identity()).context("could not read the sources")?;
    let stamp = |outputs: u64| format!("{inputs:016x} {outputs:016x}");
    if let Some(outputs) = stamp::of_outputs(repository)?
        && fs::read_to_string(&note).is_ok_and(|last| last == stamp(outputs))
    {
        return Ok(Built::Before);
    }
    child::run(&mut toolbox.cargo(&["leptos", "build", "--release", "--precompress"]))?;
    let outputs = stamp::of_outputs(repository)?.context("the build made no program or no site")?;
    fs::create_dir_all(repository.scratch())?;
    // The stamp is that of the inputs before the build: a file changed meanwhile makes the next build do it again.
    fs::write(&note, stamp(outputs))?;
    Ok(Built::Now)
}

/// Builds a program that tries the product, such as `storm`, and gives the command that runs it.
pub(crate) fn tool(repository: &Repository, toolbox: &Toolbox, name: &str) -> Result<Command> {
    let mut cargo = toolbox.cargo(&[&["build", "--release", "--quiet"][..], &SERVER_PACKAGES].concat());
    child::run(cargo.args(["--bin", name]))?;
    Ok(toolbox.command(&repository.target().join("release").join(name).to_string_lossy()))
}
