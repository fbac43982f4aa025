//! Set-up: what a fresh machine lacks for building, running and testing aTES.
//!
//! Each step first looks whether it is done already, says in one line what it is and why, and where this account may not do it,
//! names the exact command for someone who may.

mod debian;
mod step;
mod system;
mod toolchain;
mod tools;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

pub(crate) use system::psql;
pub(crate) use toolchain::RUST;

use crate::{environment, repository::Repository};

/// What the set-up is for: only the tests need a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run,
    Test,
}

/// Everything the chores work with, found or installed.
#[derive(Debug)]
pub(crate) struct Toolbox {
    repository: Repository,
    toolchain: toolchain::Toolchain,
    tool_folders: Vec<PathBuf>,
    /// The browser of the end-to-end tests, when the purpose was to test.
    pub(crate) browser: Option<PathBuf>,
}

/// Does what is missing.
pub(crate) fn perform(repository: &Repository, purpose: Purpose) -> Result<Toolbox> {
    let cache = cache_folder()?;
    system::require_node()?;
    system::require_packages(purpose)?;
    let toolchain = toolchain::require(repository, &cache)?;
    let tool_folders = tools::require(repository, &toolchain, &cache)?;
    let browser = (purpose == Purpose::Test).then(system::browser).flatten();
    Ok(Toolbox { repository: repository.clone(), toolchain, tool_folders, browser })
}

/// Only the steps that may need an administrator, and nothing in the user's folders: made to be run through `sudo`.
pub(crate) fn system_only(repository: &Repository) -> Result<()> {
    system::require_packages(Purpose::Test)?;
    toolchain::require(repository, &cache_folder()?)?;
    Ok(())
}

impl Toolbox {
    /// A command that runs in the repository with the product's tool chain and tools.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.toolchain.command(program, &self.tool_folders);
        command.current_dir(&self.repository.root).env("CARGO_TARGET_DIR", self.repository.target());
        // Leptos compiles this name in. Unless every build says the same, each one undoes the others'.
        command.env("LEPTOS_OUTPUT_NAME", "ates");
        command
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    /// Whether clippy is of the version whose lints count.
    pub(crate) fn judges_lints(&self) -> bool {
        self.toolchain.is_of_version(RUST)
    }

    /// Which compiler and tools build the product: another answer means another build.
    pub(crate) fn identity(&self) -> String {
        format!("{}\n{:?}", self.toolchain.identity, self.tool_folders)
    }
}

/// A command with a clean environment and these folders first on PATH.
fn command_with_path(program: &str, first: &[&Path]) -> Command {
    let folders = first.iter().map(|folder| folder.to_path_buf()).chain(environment::path_folders());
    // A folder whose name holds a colon cannot be on PATH; it then is not there now either.
    let path = std::env::join_paths(folders).unwrap_or_else(|_| environment::variable("PATH").unwrap_or_default());
    let mut command = Command::new(resolve(program, &path));
    environment::forget_outer_cargo(&mut command);
    command.env("PATH", path);
    command
}

/// Finds the program on the PATH the child gets: `Command` itself would look on ours.
fn resolve(program: &str, path: &OsString) -> PathBuf {
    std::env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|candidate| environment::is_executable(candidate))
        .unwrap_or_else(|| program.into())
}

/// Per user and not in `target/`: building the tools takes minutes, and `cargo clean` should not cost them.
fn cache_folder() -> Result<PathBuf> {
    let folder = match environment::variable("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(environment::variable("HOME").context("neither XDG_CACHE_HOME nor HOME is set: no place for tools")?)
            .join(".cache"),
    }
    .join("ates");
    std::fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    Ok(folder)
}
