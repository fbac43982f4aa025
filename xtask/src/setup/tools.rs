//! The tools of the build that no system package brings, kept per user and version: `~/.cache/ates/<tool>-<version>`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{
    machine::{Machine, require_space},
    step::Step,
    toolchain::Toolchain,
};
use crate::{child, console::say, repository::Repository};

const CARGO_LEPTOS: &str = "0.3.11";

/// What compiling a tool leaves in the folder for temporary files until it is done.
const COMPILE_BYTES: u64 = 3_000_000_000;

/// npm's, because Debian's binaryen 108 writes WASM that dies in the browser.
const BINARYEN: &str = "132";

/// A tool in a folder of its own.
pub(super) struct Tool<'a> {
    pub(super) step: Step<'a>,
    pub(super) folder: PathBuf,
    /// Where the folder keeps its programs.
    pub(super) programs: &'static str,
    pub(super) program: &'static str,
}

/// Makes sure of all tools and gives the folders to be put on PATH.
pub(super) fn require(machine: &Machine, repository: &Repository, toolchain: &Toolchain) -> Result<Vec<PathBuf>> {
    // Two set-ups at once would build the same thing twice and get into each other's way.
    let lock = File::create(machine.cache.join("lock"))?;
    lock.lock().context("could not lock the folder of the tools")?;

    let bindgen = locked_version(&fs::read_to_string(repository.join("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock does not name wasm-bindgen")?;
    let set_up = SetUp { machine, toolchain };
    // What is fetched comes before what is compiled: who has no network should not learn it after ten minutes.
    let binaryen = set_up.require_binaryen()?;
    Ok(vec![set_up.require_cargo_leptos()?, set_up.require_wasm_bindgen(&bindgen)?, binaryen])
}

/// What the tools are made on and with.
struct SetUp<'a> {
    machine: &'a Machine,
    toolchain: &'a Toolchain,
}

impl SetUp<'_> {
    fn require_cargo_leptos(&self) -> Result<PathBuf> {
        let what = format!("cargo-leptos {CARGO_LEPTOS}");
        let tool = Tool {
            step: Step { what: &what, why: "builds the server and the browser's part together" },
            folder: self.machine.cache.join(format!("cargo-leptos-{CARGO_LEPTOS}")),
            programs: "bin",
            program: "cargo-leptos",
        };
        // Without `no_downloads` a missing tool is a hanging download and not an error; the set-up brings them all, so nothing is missing.
        self.require_program(&tool, "5 to 10 minutes", CARGO_LEPTOS, &["--locked", "--features", "no_downloads"])
    }

    /// It must be of exactly the version of the library that the pages link.
    fn require_wasm_bindgen(&self, version: &str) -> Result<PathBuf> {
        let what = format!("wasm-bindgen {version}");
        let tool = Tool {
            step: Step { what: &what, why: "makes the JavaScript side of the WebAssembly" },
            folder: self.machine.cache.join(format!("wasm-bindgen-cli-{version}")),
            programs: "bin",
            program: "wasm-bindgen",
        };
        self.require_program(&tool, "2 minutes", version, &[])
    }

    fn require_binaryen(&self) -> Result<PathBuf> {
        let what = format!("wasm-opt {BINARYEN}");
        let tool = Tool {
            step: Step { what: &what, why: "makes the WebAssembly a fifth smaller" },
            folder: self.machine.cache.join(format!("binaryen-{BINARYEN}")),
            programs: "node_modules/.bin",
            program: "wasm-opt",
        };
        tool.require("npm install", |folder| {
            fs::create_dir_all(folder)?;
            let mut npm = self.toolchain.command(self.machine, "npm", &[]);
            npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(format!("binaryen@{BINARYEN}"));
            child::run_within(npm.current_dir(folder), self.machine.fetch_time_limit)
                .context("npm could not fetch wasm-opt: see that its registry can be reached (`npm ping`), then try again")
        })
    }

    /// A Rust program: fetched where `cargo binstall` is there and finds it, else compiled.
    fn require_program(&self, tool: &Tool<'_>, compile_time: &str, version: &str, options: &[&str]) -> Result<PathBuf> {
        // The package of `wasm-bindgen` has another name than its program.
        let package = if tool.program == "wasm-bindgen" { "wasm-bindgen-cli" } else { tool.program };
        let package = format!("{package}@{version}");
        if !tool.is_there() && self.machine.find(&["cargo-binstall"]).is_some() {
            let fetched = tool.require("cargo binstall fetches it", |folder| self.fetch(&package, folder));
            match fetched {
                Ok(programs) => return Ok(programs),
                Err(error) => say!("setup: {error:#}; it is compiled instead"),
            }
        }
        tool.require(&format!("compiling it, {compile_time}, once"), |folder| {
            require_space(&std::env::temp_dir(), COMPILE_BYTES)?;
            self.compile(&package, options, folder)
        })
    }

    fn fetch(&self, package: &str, folder: &Path) -> Result<()> {
        let mut binstall = self.toolchain.command(self.machine, "cargo-binstall", &[]);
        binstall.current_dir("/").args(["--no-confirm", "--disable-strategies=compile", "--root"]).arg(folder).arg(package);
        child::run_within(&mut binstall, self.machine.fetch_time_limit)
    }

    /// Unoptimised and without debug information: the tools are as quick for us, and compile in a third of the time.
    fn compile(&self, package: &str, options: &[&str], folder: &Path) -> Result<()> {
        let mut cargo = self.toolchain.command(self.machine, "cargo", &[]);
        // `/`, because a folder's own cargo settings are for its product and not for tools.
        cargo.current_dir("/").env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo.args(["install", "--debug", "--root"]).arg(folder).args(options).arg(package);
        child::run(&mut cargo)
    }
}

impl Tool<'_> {
    fn is_there(&self) -> bool {
        self.folder.join(self.programs).join(self.program).exists()
    }

    /// Installs into a folder beside and renames it, so that an interrupted installation is never taken for a finished one.
    pub(super) fn require(&self, how: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let programs = self.folder.join(self.programs);
        let program = programs.join(self.program);
        if self.is_there() {
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
