//! The server programs on this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{EmbeddedError, options, process};

/// The oldest PostgreSQL the statements of the services are written for.
const POSTGRES_MAJOR_MIN: u32 = 15;

/// A program that does not even tell its version in this time does not work.
const VERSION_ANSWER_MAX: Duration = Duration::from_secs(10);

/// The programs of one PostgreSQL version.
#[derive(Debug, Clone)]
pub(crate) struct PostgresPrograms {
    folder: PathBuf,
    major: u32,
}

impl PostgresPrograms {
    /// Those that fit the cluster, when there is one, else the newest. A configured folder is the only candidate.
    pub(crate) fn find(configured: Option<&Path>, cluster: &Path) -> Result<Self, EmbeddedError> {
        let candidates = match configured {
            Some(folder) => vec![Self::in_folder(folder)?],
            None => installed_folders().iter().filter_map(|folder| Self::in_folder(folder).ok()).collect(),
        };
        let found = if candidates.is_empty() {
            "none".to_owned()
        } else {
            candidates.iter().map(|programs| programs.major.to_string()).collect::<Vec<_>>().join(", ")
        };
        if let Ok(version) = fs::read_to_string(cluster.join("PG_VERSION")) {
            let needed = version.trim().to_owned();
            let fitting = candidates.into_iter().find(|programs| programs.major.to_string() == needed);
            return fitting.ok_or_else(|| EmbeddedError::PostgresOfAnotherVersion { folder: cluster.to_owned(), needed, found });
        }
        candidates
            .into_iter()
            .filter(|programs| programs.major >= POSTGRES_MAJOR_MIN)
            .max_by_key(|programs| programs.major)
            .ok_or(EmbeddedError::PostgresMissing { major_min: POSTGRES_MAJOR_MIN, found })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn in_folder(folder: &Path) -> Result<Self, EmbeddedError> {
        let missing = |name: &str| EmbeddedError::PostgresIncomplete { program: folder.join(name) };
        if let Some(name) = ["postgres", "initdb"].into_iter().find(|name| !folder.join(name).is_file()) {
            return Err(missing(name));
        }
        let mut command = process::command(&folder.join("postgres"), None);
        let output = process::run(command.arg("--version"), "", VERSION_ANSWER_MAX)?.ok_or_else(|| missing("postgres"))?;
        let major = major_version(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| missing("postgres"))?;
        Ok(Self { folder: folder.to_owned(), major })
    }
}

/// The program `redis-server`, or Valkey's, which speaks the same protocol: the configured one, else the first on the machine.
pub(crate) fn find_redis_server(configured: Option<&Path>) -> Result<PathBuf, EmbeddedError> {
    let candidates = match configured {
        Some(program) => vec![program.to_owned()],
        None => ["redis-server", "valkey-server"]
            .iter()
            .flat_map(|name| program_folders().into_iter().map(move |folder| folder.join(name)))
            .collect(),
    };
    candidates.iter().find(|program| program.is_file()).cloned().ok_or_else(|| {
        let searched = candidates.iter().map(|program| program.display().to_string()).collect::<Vec<_>>().join(", ");
        EmbeddedError::RedisMissing { searched }
    })
}

/// Debian keeps one folder for each version, Red Hat's packages of postgresql.org too; others put the programs on the path.
fn installed_folders() -> Vec<PathBuf> {
    let versions_in = |parent: &str| fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
    let debian = versions_in("/usr/lib/postgresql").into_iter();
    let red_hat = versions_in("/usr").into_iter().filter(|folder| folder.to_string_lossy().starts_with("/usr/pgsql-"));
    let versioned = debian.chain(red_hat).map(|version| version.join("bin"));
    versioned.chain(program_folders()).filter(|folder| folder.join("postgres").is_file()).collect()
}

/// `PATH`, and where distributions put servers even when a service's `PATH` leaves that out.
fn program_folders() -> Vec<PathBuf> {
    let path = options::system_variable("PATH").unwrap_or_default();
    let usual = ["/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin"].map(PathBuf::from);
    let mut folders: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    for folder in usual {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// From `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`, also `18beta1`.
fn major_version(text: &str) -> Option<u32> {
    let version = text.strip_prefix("postgres (PostgreSQL) ")?;
    let digits = version.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version("psql (PostgreSQL) 15.13\n"), None);
    }
}
