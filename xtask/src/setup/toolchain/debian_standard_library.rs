//! The standard library for wasm32, which Debian's packages lack: built from Debian's own sources (package rust-web-src) and put
//! beside the one for this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{child, setup::machine::Machine};

const MANIFEST: &str = "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// Takes well under a minute: cargo builds std as a dependency of an empty crate, and its rlibs are what rustc looks for.
pub(super) fn build_and_install(machine: &Machine) -> Result<()> {
    let rlibs = build(machine, &machine.cache.join("wasm-std"))?;
    let sysroot = child::output(machine.command(&of_debian(machine, "rustc"), &[]).args(["--print", "sysroot"]))?;
    install(&rlibs, &Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown"))
}

fn build(machine: &Machine, folder: &Path) -> Result<Vec<PathBuf>> {
    let target = folder.join("target");
    // Libraries of an earlier compiler must not get among the new ones.
    let _ = fs::remove_dir_all(&target);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)?;
    fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;

    let rustc = of_debian(machine, "rustc");
    let llvm = super::probe::llvm_version(machine, Path::new(&rustc)).context("/usr/bin/rustc does not tell its LLVM version")?;
    let mut cargo = machine.command(&of_debian(machine, "cargo"), &[&machine.of_system("/usr/bin")]);
    cargo.current_dir(folder).args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target=wasm32-unknown-unknown"]);
    // Cargo offers -Zbuild-std on nightly only; the compiler that will use the result is the one that builds it, so it fits.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &rustc).env("CARGO_TARGET_DIR", &target);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", format!("wasm-ld-{llvm}"));
    child::run(&mut cargo)?;

    let built = target.join("wasm32-unknown-unknown/release/deps");
    let mut rlibs = Vec::new();
    for entry in fs::read_dir(&built)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libwasm_std-") {
            rlibs.push(path);
        }
    }
    if !rlibs.iter().any(|rlib| rlib.to_string_lossy().contains("libstd-")) {
        bail!("{} holds no standard library", built.display());
    }
    Ok(rlibs)
}

fn of_debian(machine: &Machine, program: &str) -> String {
    machine.of_system("/usr/bin").join(program).to_string_lossy().into_owned()
}

/// Copies into a folder beside the final one and renames it, so that an interrupted copy is never taken for a library.
fn install(rlibs: &[PathBuf], destination: &Path) -> Result<()> {
    let partial = destination.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    let libraries = partial.join("lib");
    fs::create_dir_all(&libraries).with_context(|| format!("could not create {}", libraries.display()))?;
    for rlib in rlibs {
        fs::copy(rlib, libraries.join(rlib.file_name().unwrap_or_default()))?;
    }
    if destination.exists() {
        fs::remove_dir_all(destination)?;
    }
    fs::rename(&partial, destination).with_context(|| format!("could not install {}", destination.display()))
}
