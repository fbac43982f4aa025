//! What an installation can choose about its private servers.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::EmbeddedError;

/// Where the private servers keep their data, and with which binaries they run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the data, the logs and the locks; made when it is missing.
    pub data_folder: PathBuf,
    /// The folder with `postgres` and `initdb`; `None`: the newest fitting one of the machine.
    pub postgres_bin_dir: Option<PathBuf>,
    /// The program `redis-server`, 6.2 or newer; `None`: the one on the machine.
    pub redis_server: Option<PathBuf>,
    /// The private folder of the sockets. `None`: `/run/ates-<hash>` for root, else `$XDG_RUNTIME_DIR/ates-<hash>` or
    /// `/tmp/ates-<user id>-<hash>`, where the hash is that of the data folder's path.
    pub runtime_folder: Option<PathBuf>,
    /// Whether committed data must survive a power cut.
    pub durability: Durability,
}

/// Whether committed data must survive a crash of the machine. What SQL and Redis commands do is the same for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on the disk before it is confirmed.
    Durable,
    /// A commit survives the death of the servers but not that of the machine: quick, for data that is thrown away.
    ThrowAway,
}

impl Options {
    /// Durable servers in this folder, everything else as the machine offers it.
    #[must_use]
    pub fn new(data_folder: PathBuf) -> Self {
        Self { data_folder, postgres_bin_dir: None, redis_server: None, runtime_folder: None, durability: Durability::Durable }
    }

    /// The folder for an installation that names none: `/var/lib/ates` for root, else `$XDG_DATA_HOME/ates` or
    /// `~/.local/share/ates`.
    ///
    /// Not root's home, because the account the servers then run under may not enter it.
    pub fn default_data_folder() -> Result<PathBuf, EmbeddedError> {
        if rustix::process::geteuid().is_root() {
            return Ok(PathBuf::from("/var/lib/ates"));
        }
        // The XDG specification tells us to ignore a relative path.
        let configured = system_variable("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
        let parent = configured.or_else(|| Some(env::home_dir().filter(|home| home.is_absolute())?.join(".local/share")));
        Ok(parent.ok_or(EmbeddedError::NoHome)?.join("ates"))
    }
}

/// A variable that describes the machine or the login, not our configuration: that one comes in through [`Options`].
#[expect(clippy::disallowed_methods, reason = "the only place of this crate that reads the environment; none of it is a setting of ours")]
pub(crate) fn system_variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
