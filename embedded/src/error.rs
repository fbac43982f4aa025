//! What can go wrong with the private servers, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Why the private servers could not be started or stopped. Each message ends with what to do.
///
/// In all cases an installation can use servers of its own instead, by setting `DATABASE_URL` and `REDIS_URL`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// Neither `XDG_DATA_HOME` nor a home folder is known.
    #[error("there is no home folder to keep the data in: set HOME, or configure the data folder")]
    NoHome,

    /// The data folder cannot be made or written.
    #[error("cannot write to the data folder {folder}: {source}. Give it to the user who runs this, or configure another data folder")]
    DataFolderNotWritable {
        /// The data folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The account the servers run under cannot reach its folder.
    #[error(
        "the servers run under the account `{account}`, which may not enter {folder}: allow it (chmod o+x {folder}), or configure a \
         data folder in a place open to it, such as /var/lib/ates"
    )]
    FolderClosedToAccount {
        /// The first folder on the way that is closed.
        folder: PathBuf,
        /// The account.
        account: String,
    },

    /// The data was made by another user.
    #[error(
        "{folder} belongs to the user with id {owner}, but the servers would run under the id {expected}: start the program as the \
         user who made the data, or configure another data folder"
    )]
    DataOfAnotherUser {
        /// The folder of one server's data.
        folder: PathBuf,
        /// Whom it belongs to.
        owner: u32,
        /// Whom it would have to belong to.
        expected: u32,
    },

    /// The folder for the sockets exists and somebody else could get at it.
    #[error(
        "the socket folder {folder} is not private to the servers' account (a folder of theirs with mode 0700): remove it and start again"
    )]
    RuntimeFolderNotPrivate {
        /// The folder.
        folder: PathBuf,
    },

    /// The kernel's limit for the address of a Unix socket.
    #[error("the socket path {path} has {bytes} bytes, the system allows {bytes_max}: configure a shorter runtime folder")]
    SocketPathTooLong {
        /// The socket.
        path: PathBuf,
        /// Its length.
        bytes: usize,
        /// The longest that works.
        bytes_max: usize,
    },

    /// Root has no unprivileged account to run the servers under.
    #[error(
        "PostgreSQL refuses to run as root and there is no account `{account}`: install the package `postgresql`, which makes it, or \
         start the program as an ordinary user"
    )]
    AccountMissing {
        /// The account looked for.
        account: String,
    },

    /// No usable PostgreSQL on the machine.
    #[error(
        "no PostgreSQL {major_min} or newer found (versions found: {found}): install the package `postgresql` (Debian, Ubuntu), \
         configure the folder of its programs (`postgres_bin_dir`), or set DATABASE_URL to a server of your own"
    )]
    PostgresMissing {
        /// The oldest version that works.
        major_min: u32,
        /// Which ones are there.
        found: String,
    },

    /// The configured folder holds no PostgreSQL.
    #[error("{program} is missing or does not run: configure as `postgres_bin_dir` the folder with postgres and initdb")]
    PostgresIncomplete {
        /// The program that was not found there.
        program: PathBuf,
    },

    /// The data was written by a version of PostgreSQL that is not installed.
    #[error(
        "the data in {folder} needs PostgreSQL {needed} (versions found: {found}): install the package `postgresql-{needed}` or \
         configure the folder of its programs (`postgres_bin_dir`); to move to a newer version, use pg_upgrade"
    )]
    PostgresOfAnotherVersion {
        /// The folder of the cluster.
        folder: PathBuf,
        /// The version it was made by, as it says itself.
        needed: String,
        /// Which ones are there.
        found: String,
    },

    /// No Redis on the machine.
    #[error(
        "redis-server was not found at {searched}: install the package `redis-server` (Debian, Ubuntu), configure the program \
         (`redis_server`), or set REDIS_URL to a server of your own"
    )]
    RedisMissing {
        /// Where it was looked for.
        searched: String,
    },

    /// Another process is in the middle of a start or stop for too long.
    #[error(
        "another process has been starting or stopping the servers of {folder} for {waited:?}: look for one that hangs, end it, and start again"
    )]
    TransitionTooLong {
        /// The data folder.
        folder: PathBuf,
        /// How long this one waited.
        waited: Duration,
    },

    /// A new cluster could not be made.
    #[error("{step} failed, so there is no database yet: solve what it reports and start again\n{output}")]
    InitialisationFailed {
        /// The program that failed.
        step: &'static str,
        /// What it printed.
        output: String,
    },

    /// A server ended while it was starting.
    #[error("{server} ended while starting ({status}): solve what its log {log} reports and start again\n{tail}")]
    EndedWhileStarting {
        /// Which server.
        server: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },

    /// A server that was just started did not answer, and was ended.
    #[error("{server} did not answer within {waited:?} of its start and was ended: see its log {log}\n{tail}")]
    NotReady {
        /// Which server.
        server: &'static str,
        /// How long it had.
        waited: Duration,
        /// Its log.
        log: PathBuf,
        /// The end of the log, and the last thing the connection said.
        tail: String,
    },

    /// A server runs on the data but does not answer.
    #[error("{server} (process {pid}) owns the data folder but does not answer on {socket}: end that process and start again")]
    Unresponsive {
        /// Which server.
        server: &'static str,
        /// Its process.
        pid: i32,
        /// Where it should answer.
        socket: PathBuf,
    },

    /// The folder names an owner that is not a server of ours, while others use the folder.
    #[error(
        "{file} names process {pid}, which is not the server of this folder, and another program still uses the folder: end that \
         program and start again"
    )]
    OwnedByStranger {
        /// The file that names the owner.
        file: PathBuf,
        /// The process it names.
        pid: i32,
    },

    /// A server did not stop when asked and was stopped by force.
    #[error(
        "{server} (process {pid}) did not stop within {waited:?} and was stopped by force: nothing confirmed is lost, its next start \
         recovers and takes longer"
    )]
    StoppedByForce {
        /// Which server.
        server: &'static str,
        /// Its process.
        pid: i32,
        /// How long it had.
        waited: Duration,
    },

    /// A server did not even stop by force.
    #[error("{server} (process {pid}) does not stop, not even by force: look at the state of its disk, then end it by hand")]
    StillRunning {
        /// Which server.
        server: &'static str,
        /// Its process.
        pid: i32,
    },

    /// A server cannot be sent a signal.
    #[error("{server} (process {pid}) cannot be sent a signal: {source}. Check that it still runs, under the same account")]
    NotSignalled {
        /// Which server.
        server: &'static str,
        /// Its process.
        pid: i32,
        /// What the system said.
        source: io::Error,
    },

    /// A program could not be run.
    #[error("cannot run {program}: {source}. Check that it is installed and that the servers' account may run it")]
    NotRunnable {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A file operation failed.
    #[error("cannot {action} {path}: {source}. Check the rights and the free space there")]
    File {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// For `map_err` on a file operation.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
