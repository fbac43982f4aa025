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
    time::Duration,
};

use anyhow::{Result, bail};

use super::{command_with_path, debian, step::Step};
use crate::{child, console::say, environment, repository::Repository};

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

/// rustup fetches 150 MB; where its server cannot be reached it would hang for many minutes.
const RUSTUP_TIME_LIMIT: Duration = Duration::from_mins(3);

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
    pub(super) fn command(&self, program: &str, first: &[PathBuf]) -> Command {
        let folders: Vec<&Path> = first.iter().chain(&self.folder).map(PathBuf::as_path).collect();
        let mut command = command_with_path(program, &folders);
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
pub(super) fn require(repository: &Repository, cache: &Path) -> Result<Toolchain> {
    let scratch = repository.scratch().join("probe");
    let default = || probe::try_rust(None, &scratch);
    let of_debian = || probe::try_rust(Some(Path::new("/usr/bin")), &scratch);
    let of_rustup = || probe::try_rust(Some(&rustup_folder()?), &scratch);
    if let Some(found) = default().or_else(of_debian).or_else(of_rustup) {
        STEP.already_there(&found.name());
        return Ok(found);
    }
    if environment::find_program(&["rustup"]).is_some() {
        install_with_rustup();
        if let Some(found) = of_rustup() {
            return Ok(found);
        }
    }
    if debian::may_install() {
        STEP.perform("installing Debian's Rust and building its standard library for wasm32", || {
            debian::install(DEBIAN_PACKAGES)?;
            if let Some(version) = probe::llvm_version(Path::new("/usr/bin/rustc")) {
                debian::install(&[&format!("lld-{version}")])?;
            }
            debian_standard_library::build_and_install(cache)
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

/// A failure only means that the next way is tried.
fn install_with_rustup() {
    let mut rustup = command_with_path("rustup", &[]);
    rustup.args(RUSTUP_INSTALL);
    let limit = RUSTUP_TIME_LIMIT.as_secs();
    let how = format!("rustup installs Rust {RUST} beside yours (given up after {limit} s: the network may not let it through)");
    if let Err(error) = STEP.perform(&how, || child::run_within(&mut rustup, RUSTUP_TIME_LIMIT)) {
        say!("setup: {error:#}");
    }
}

/// Where rustup keeps the programs of that Rust, if it has installed it.
fn rustup_folder() -> Option<PathBuf> {
    let output = command_with_path("rustup", &[]).args(["which", "--toolchain", RUST, "rustc"]).output().ok()?;
    let rustc = output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))?;
    rustc.parent().map(Path::to_path_buf)
}
