//! Whether a Rust can build for the browser: found out by letting it build something.
//!
//! Looking for the files of the standard library is not enough: after an upgrade of the compiler they are still there, of the
//! wrong version. And Debian's compiler has no linker for wasm32 of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{RUST, Toolchain};
use crate::{child, setup::machine::Machine};

/// The smallest program that needs std and the linker.
const PROGRAM: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn probe(n: u32) -> usize { n.to_string().len() }\n";

/// The Rust in this folder, or the one on PATH, if it is new enough and links a small program for wasm32.
pub(super) fn try_rust(machine: &Machine, folder: Option<&Path>, scratch: &Path) -> Option<Toolchain> {
    let programs = ["rustc", "cargo"].map(|name| folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name)));
    let [rustc, cargo] = programs.map(|program| program.to_string_lossy().into_owned());
    let identity = identity(machine, &rustc)?;
    let new_enough = minor_version(&identity)? >= minor_version(&format!("release: {RUST}"))?;
    if !new_enough || !child::succeeds(machine.command(&cargo, &[]).arg("--version")) {
        return None;
    }
    let own_linkers = llvm_major(&identity).map(|version| format!("wasm-ld-{version}"));
    let linkers = [None, own_linkers, Some("wasm-ld".to_owned())];
    let wasm_linker = linkers.into_iter().find(|linker| links(machine, &rustc, linker.as_deref(), scratch))?;
    Some(Toolchain { folder: folder.map(Path::to_path_buf), wasm_linker, identity })
}

/// The version of LLVM this compiler was built with, which names the package of the matching linker.
pub(super) fn llvm_version(machine: &Machine, rustc: &Path) -> Option<u32> {
    llvm_major(&identity(machine, &rustc.to_string_lossy())?)
}

fn identity(machine: &Machine, rustc: &str) -> Option<String> {
    let output = machine.command(rustc, &[]).args(["--version", "--verbose"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn links(machine: &Machine, rustc: &str, linker: Option<&str>, scratch: &Path) -> bool {
    let source = scratch.join("probe.rs");
    if fs::create_dir_all(scratch).and_then(|()| fs::write(&source, PROGRAM)).is_err() {
        return false;
    }
    let mut compile = machine.command(rustc, &[]);
    compile.current_dir(scratch).args(["--edition=2024", "--crate-type=cdylib", "--target=wasm32-unknown-unknown", "probe.rs"]);
    if let Some(linker) = linker {
        compile.arg(format!("-Clinker={linker}"));
    }
    child::succeeds(&mut compile)
}

/// `release: 1.96.0` → 96. There is no Rust 2, and this program would not compile under it unread.
pub(super) fn minor_version(identity: &str) -> Option<u32> {
    let release = identity.lines().find_map(|line| line.strip_prefix("release: 1."))?;
    release.split('.').next()?.parse().ok()
}

/// `LLVM version: 22.1.8` → 22.
fn llvm_major(identity: &str) -> Option<u32> {
    let version = identity.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{llvm_major, minor_version};

    const IDENTITY: &str = "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\nrelease: 1.96.0\nLLVM version: 22.1.8\n";

    #[test]
    fn versions_are_read_from_what_rustc_says() {
        assert_eq!(minor_version(IDENTITY), Some(96));
        assert_eq!(minor_version("release: 1.97.0-nightly"), Some(97));
        assert_eq!(minor_version("release: 1.95"), Some(95));
        assert_eq!(llvm_major(IDENTITY), Some(22));
        assert_eq!(llvm_major("rustc 1.0"), None);
    }
}
