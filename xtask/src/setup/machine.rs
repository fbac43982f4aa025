//! The machine that is set up: where programs are looked for, where tools are kept, and what this account may do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::environment;

/// What fetches something, and so might hang where the network lets nothing through, is given up after this time.
const FETCH_TIME_LIMIT: Duration = Duration::from_mins(3);

/// A machine as the account of the user sees it. Its fields are what tests set up differently.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// The folders of PATH.
    pub(super) path: Vec<PathBuf>,
    /// What the operating system's own folders lie under: `/`.
    pub(super) root: PathBuf,
    /// Where the tools are kept: per user and not in `target/`, because they take minutes to build and `cargo clean` should not cost them.
    pub(super) cache: PathBuf,
    pub(super) is_root: bool,
    pub(super) fetch_time_limit: Duration,
}

impl Machine {
    /// This one.
    pub(super) fn this() -> Result<Self> {
        let cache = match environment::variable("XDG_CACHE_HOME") {
            Some(cache) => PathBuf::from(cache),
            None => PathBuf::from(environment::variable("HOME").context("neither XDG_CACHE_HOME nor HOME is set: no place for tools")?)
                .join(".cache"),
        };
        Ok(Self {
            path: environment::path_folders(),
            root: PathBuf::from("/"),
            cache: cache.join("ates"),
            is_root: rustix::process::geteuid().is_root(),
            fetch_time_limit: FETCH_TIME_LIMIT,
        })
    }

    /// Makes the folder of the tools, and sees whether files can be made in it and `bytes_free` are left.
    pub(super) fn prepare_cache(&self, bytes_free: u64) -> Result<()> {
        let folder = self.cache.display();
        let written = fs::create_dir_all(&self.cache).and_then(|()| fs::write(self.cache.join("probe"), "")).with_context(|| {
            format!("the build's tools cannot be kept in {folder}: set XDG_CACHE_HOME to a folder that this account may write to, then try again")
        });
        written?;
        require_space(&self.cache, bytes_free)
    }

    /// The first of these programs that is on PATH.
    pub(super) fn find(&self, names: &[&str]) -> Option<PathBuf> {
        names.iter().find_map(|name| find_in(&self.path, name))
    }

    /// A path of the operating system, such as `/usr/bin`.
    pub(super) fn of_system(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The entries of a folder of the operating system, as paths; none where it is not there.
    pub(super) fn entries_of_system(&self, folder: &str) -> Vec<PathBuf> {
        fs::read_dir(self.of_system(folder)).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }

    /// A command with a clean environment and these folders first on PATH.
    pub(super) fn command(&self, program: &str, first: &[&Path]) -> Command {
        let folders: Vec<PathBuf> = first.iter().map(|folder| folder.to_path_buf()).chain(self.path.iter().cloned()).collect();
        // `Command` itself would look on our own PATH.
        let mut command = Command::new(find_in(&folders, program).unwrap_or_else(|| program.into()));
        environment::forget_outer_cargo(&mut command);
        // A folder whose name holds a colon cannot be on PATH; it then was not there before either.
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command
    }

    /// Whether this account may install the operating system's packages.
    pub(super) fn may_install_packages(&self) -> bool {
        self.is_root && self.find(&["apt-get"]).is_some()
    }
}

fn find_in(folders: &[PathBuf], program: &str) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(program)).find(|candidate| environment::is_executable(candidate))
}

/// Before anything is compiled: a build that runs out of space after ten minutes says so in the compiler's words.
pub(super) fn require_space(folder: &Path, bytes: u64) -> Result<()> {
    let of_disk = rustix::fs::statvfs(folder).with_context(|| format!("how much is free at {} cannot be told", folder.display()))?;
    let free = of_disk.f_bavail.saturating_mul(of_disk.f_frsize);
    if free < bytes {
        let (folder, bytes, free) = (folder.display(), gigabytes(bytes), gigabytes(free));
        bail!("{folder} has {free} GB free, and {bytes} GB are needed: make space there, then try again");
    }
    Ok(())
}

/// With one decimal, in powers of ten as disks are sold.
fn gigabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}
