//! `cargo xtask storm` and `cargo xtask bench`: programs that try the product. Each is a crate of its own and reads its arguments itself.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::{
    build,
    repository::Repository,
    setup::{self, Purpose},
};

/// Runs one with the arguments of the command line; the status is its own.
pub(crate) fn perform(repository: &Repository, program: &'static str, arguments: &[String]) -> Result<ExitCode> {
    let toolbox = setup::perform(repository, Purpose::Test)?;
    let mut command = build::tool(repository, &toolbox, program)?;
    let status = command.args(arguments).status().with_context(|| format!("could not start `{program}`"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
