//! The tools of the build that no system package brings, kept per user and version: `~/.cache/ates/<tool>-<version>`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::{step::Step, toolchain::Toolchain};
use crate::{child, repository::Repository};

const CARGO_LEPTOS: &str = "0.3.11";

/// npm's, because Debian's binaryen 108 writes WASM that dies in the browser.
const BINARYEN: &str = "132";

/// A tool in a folder of its own.
struct Tool<'a> {
    step: Step<'a>,
    folder: PathBuf,
    /// Where the folder keeps its programs.
    programs: &'static str,
    program: &'static str,
}

/// Makes sure of all tools and gives the folders to be put on PATH.
pub(super) fn require(repository: &Repository, toolchain: &Toolchain, cache: &Path) -> Result<Vec<PathBuf>> {
    // Two set-ups at once would build the same thing twice and get into each other's way.
    let lock = File::create(cache.join("lock"))?;
    lock.lock().context("could not lock the folder of the tools")?;

    let bindgen = locked_version(&fs::read_to_string(repository.join("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock does not name wasm-bindgen")?;
    Ok(vec![
        require_cargo_leptos(toolchain, cache)?,
        require_wasm_bindgen(toolchain, cache, &bindgen)?,
        require_binaryen(toolchain, cache)?,
    ])
}

fn require_cargo_leptos(toolchain: &Toolchain, cache: &Path) -> Result<PathBuf> {
    let what = format!("cargo-leptos {CARGO_LEPTOS}");
    let tool = Tool {
        step: Step { what: &what, why: "builds the server and the browser's part together" },
        folder: cache.join(format!("cargo-leptos-{CARGO_LEPTOS}")),
        programs: "bin",
        program: "cargo-leptos",
    };
    tool.require("compiling it, 5 to 10 minutes, once", |folder| {
        // Without `no_downloads` a missing tool is a hanging download and not an error.
        let package = format!("cargo-leptos@{CARGO_LEPTOS}");
        cargo_install(toolchain, folder, &["--locked", "--features", "no_downloads", &package])
    })
}

/// It must be of exactly the version of the library that the pages link.
fn require_wasm_bindgen(toolchain: &Toolchain, cache: &Path, version: &str) -> Result<PathBuf> {
    let what = format!("wasm-bindgen {version}");
    let tool = Tool {
        step: Step { what: &what, why: "makes the JavaScript side of the WebAssembly" },
        folder: cache.join(format!("wasm-bindgen-cli-{version}")),
        programs: "bin",
        program: "wasm-bindgen",
    };
    tool.require("compiling it, 2 minutes, once", |folder| cargo_install(toolchain, folder, &[&format!("wasm-bindgen-cli@{version}")]))
}

fn require_binaryen(toolchain: &Toolchain, cache: &Path) -> Result<PathBuf> {
    let what = format!("wasm-opt {BINARYEN}");
    let tool = Tool {
        step: Step { what: &what, why: "makes the WebAssembly a fifth smaller" },
        folder: cache.join(format!("binaryen-{BINARYEN}")),
        programs: "node_modules/.bin",
        program: "wasm-opt",
    };
    tool.require("npm install", |folder| {
        fs::create_dir_all(folder)?;
        let mut npm = toolchain.command("npm", &[]);
        npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(format!("binaryen@{BINARYEN}"));
        child::run(npm.current_dir(folder))
    })
}

impl Tool<'_> {
    /// Installs into a folder beside and renames it, so that an interrupted installation is never taken for a finished one.
    fn require(&self, how: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let programs = self.folder.join(self.programs);
        let program = programs.join(self.program);
        if program.exists() {
            self.step.already_there(&program.display().to_string());
            return Ok(programs);
        }
        self.step.perform(how, || {
            let mut partial = self.folder.clone().into_os_string();
            partial.push(".partial");
            let partial = PathBuf::from(partial);
            let _ = fs::remove_dir_all(&partial);
            install(&partial)?;
            let _ = fs::remove_dir_all(&self.folder);
            fs::rename(&partial, &self.folder).with_context(|| format!("could not install {}", self.folder.display()))
        })?;
        Ok(programs)
    }
}

/// Unoptimised and without debug information: the tools are as quick for us, and compile in a third of the time.
fn cargo_install(toolchain: &Toolchain, folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut cargo: Command = toolchain.command("cargo", &[]);
    // `/`, because a folder's own cargo settings are for its product and not for tools.
    cargo.current_dir("/").env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo.args(["install", "--debug", "--root"]).arg(folder).args(arguments);
    child::run(&mut cargo)
}

/// The version of a package in Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\n\
                    version = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
