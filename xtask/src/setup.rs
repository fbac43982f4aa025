//! Set-up: what a fresh machine lacks for building, running and testing aTES.
//!
//! Each step first looks whether it is done already, says in one line what it is and why, and where this account may not do it,
//! names the exact command for someone who may.

mod debian;
mod machine;
mod pip;
mod server_package;
#[cfg(test)]
mod starting_points;
mod step;
mod system;
mod toolchain;
mod tools;
mod weights;

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use machine::Machine;
pub(crate) use toolchain::RUST;

use crate::{environment, repository::Repository};

/// How the program is told where the weights are.
const WEIGHTS: &str = "ATES_BEAK_WEIGHTS";

/// What the tools take, and what a first build of the product takes.
const TOOLS_BYTES: u64 = 500_000_000;
const BUILD_BYTES: u64 = 5_000_000_000;

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
    machine: Machine,
    toolchain: toolchain::Toolchain,
    tool_folders: Vec<PathBuf>,
    /// What the program looks at beaks with, where it is to be had.
    weights: Option<PathBuf>,
    /// Where PostgreSQL's programs are.
    pub(crate) postgres: PathBuf,
    /// The browser of the end-to-end tests, when the purpose was to test.
    pub(crate) browser: Option<PathBuf>,
}

/// Does what is missing.
pub(crate) fn perform(repository: &Repository, purpose: Purpose) -> Result<Toolbox> {
    set_up(&Machine::this()?, repository, purpose)
}

/// Only the steps that may need an administrator, and nothing in the user's folders: made to be run through `sudo`.
pub(crate) fn system_only(repository: &Repository) -> Result<()> {
    let machine = Machine::this()?;
    machine.prepare_cache(0)?;
    system::require_packages(&machine, Purpose::Test)?;
    toolchain::require(&machine, repository)?;
    Ok(())
}

/// What is looked up comes first, then what is fetched, then what takes minutes.
fn set_up(machine: &Machine, repository: &Repository, purpose: Purpose) -> Result<Toolbox> {
    machine.prepare_cache(TOOLS_BYTES)?;
    if !repository.target().join("release").exists() {
        machine::require_space(&repository.root, BUILD_BYTES)?;
    }
    system::require_node(machine)?;
    let servers = system::require_packages(machine, purpose)?;
    let toolchain = toolchain::require(machine, repository)?;
    let mut tool_folders = tools::require(machine, repository, &toolchain)?;
    tool_folders.extend(servers.folders);
    let browser = (purpose == Purpose::Test).then(|| system::browser(machine)).flatten();
    let weights = weights::find_or_fetch(machine, repository);
    let (repository, machine) = (repository.clone(), machine.clone());
    Ok(Toolbox { repository, machine, toolchain, tool_folders, weights, postgres: servers.postgres, browser })
}

impl Toolbox {
    /// A command that runs in the repository with the product's tool chain and tools.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.toolchain.command(&self.machine, program, &self.tool_folders);
        command.current_dir(&self.repository.root).env("CARGO_TARGET_DIR", self.repository.target());
        // Leptos compiles this name in. Unless every build says the same, each one undoes the others'.
        command.env("LEPTOS_OUTPUT_NAME", "ates");
        // What the user has set is left alone.
        if let (Some(weights), None) = (&self.weights, environment::variable(WEIGHTS)) {
            command.env(WEIGHTS, weights);
        }
        command
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    /// Whether a program is there that the set-up does not install.
    pub(crate) fn has(&self, program: &str) -> bool {
        self.machine.find(&[program]).is_some()
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
