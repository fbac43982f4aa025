//! Which Rust builds the product: the first one that can compile for the browser.
//!
//! In this order, because each is cheaper and surer than the next: the user's default Rust as it is; Debian's as it is; one that
//! rustup installs beside the default and leaves that as it is; Debian's installed now, its wasm32 standard library built from
//! Debian's own sources.

mod debian_standard_library;
mod probe;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::{debian, machine::Machine, step::Step};
use crate::{child, console::say, repository::Repository};

/// The oldest Rust that compiles cargo-leptos, the one that rustup installs, and the one whose lints count. `cargo xtask` itself is content
/// with less.
pub(crate) const RUST: &str = "1.96.0";

/// What rustup is told, so that the Rust it installs builds for the browser and has every program the stages of the tests call.
const RUSTUP_INSTALL: &[&str] = &[
    "toolchain",
    "install",
    RUST,
    "--no-self-update",
    "--profile=minimal",
    "--component=clippy,rustfmt",
    "--target=wasm32-unknown-unknown",
];

const STEP: Step<'_> = Step { what: "Rust for wasm32", why: "the pages also run in the browser, as WebAssembly" };

/// Debian's Rust for building web applications, newer than Debian's ordinary one. Its linker comes in a package per LLVM version.
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web"];

/// A compiler that can build for this machine and for the browser.
#[derive(Debug, Clone)]
pub(super) struct Toolchain {
    /// To be put first on PATH; `None` when it is what PATH finds anyway.
    folder: Option<PathBuf>,
    /// What links for wasm32 when the compiler's own default cannot.
    wasm_linker: Option<String>,
    /// `rustc --version --verbose`.
    pub(super) identity: String,
}

impl Toolchain {
    /// A command that finds this tool chain's programs first, after the given folders.
    pub(super) fn command(&self, machine: &Machine, program: &str, first: &[PathBuf]) -> Command {
        let folders: Vec<&Path> = first.iter().chain(&self.folder).map(PathBuf::as_path).collect();
        let mut command = machine.command(program, &folders);
        if let Some(linker) = &self.wasm_linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }

    /// Whether it is this Rust, whatever its patch level.
    pub(super) fn is_of_version(&self, release: &str) -> bool {
        probe::minor_version(&self.identity) == probe::minor_version(&format!("release: {release}"))
    }

    fn name(&self) -> String {
        let version = self.identity.lines().next().unwrap_or("rustc");
        match &self.folder {
            Some(folder) => format!("{version}, in {}", folder.display()),
            None => version.to_owned(),
        }
    }
}

/// Finds or makes the tool chain, or says what an administrator has to do.
pub(super) fn require(machine: &Machine, repository: &Repository) -> Result<Toolchain> {
    let scratch = repository.scratch().join("probe");
    let default = || probe::try_rust(machine, None, &scratch);
    let of_debian = || probe::try_rust(machine, Some(&machine.of_system("/usr/bin")), &scratch);
    let of_rustup = || probe::try_rust(machine, Some(&rustup_folder(machine)?), &scratch);
    if let Some(found) = default().or_else(of_debian).or_else(of_rustup) {
        STEP.already_there(&found.name());
        return Ok(found);
    }
    if machine.find(&["rustup"]).is_some() {
        install_with_rustup(machine);
        if let Some(found) = of_rustup() {
            return Ok(found);
        }
    }
    if machine.may_install_packages() {
        STEP.perform("installing Debian's Rust and building its standard library for wasm32", || {
            debian::install(machine, DEBIAN_PACKAGES)?;
            if let Some(version) = probe::llvm_version(machine, &machine.of_system("/usr/bin/rustc")) {
                debian::install(machine, &[&format!("lld-{version}")])?;
            }
            debian_standard_library::build_and_install(machine)
        })?;
        if let Some(found) = of_debian() {
            return Ok(found);
        }
    }
    bail!(
        "no Rust here is {RUST} or newer and compiles for wasm32-unknown-unknown, and this account could not change that. Do one of \
         these, then try again:\n\n  rustup {}\n\nor, on Debian:\n\n  sudo {} setup --system",
        RUSTUP_INSTALL.join(" "),
        std::env::current_exe().unwrap_or_else(|_| "cargo xtask".into()).display()
    );
}

/// A failure only means that the next way is tried. Rust is 150 MB to fetch.
fn install_with_rustup(machine: &Machine) {
    let mut rustup = machine.command("rustup", &[]);
    rustup.args(RUSTUP_INSTALL);
    let limit = machine.fetch_time_limit;
    let how =
        format!("rustup installs Rust {RUST} beside yours (given up after {} s: the network may not let it through)", limit.as_secs());
    if let Err(error) = STEP.perform(&how, || child::run_within(&mut rustup, limit)) {
        say!("setup: {error:#}");
    }
}

/// Where rustup keeps the programs of that Rust, if it has installed it.
fn rustup_folder(machine: &Machine) -> Option<PathBuf> {
    let output = machine.command("rustup", &[]).args(["which", "--toolchain", RUST, "rustc"]).output().ok()?;
    let rustc = output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))?;
    rustc.parent().map(Path::to_path_buf)
}
