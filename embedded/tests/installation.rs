//! An installation in a temporary folder, and what tests ask its servers.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use embedded::{Durability, Options, Servers, StopOutcome};
use tempfile::TempDir;

/// No wait in these tests is longer.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(30);

/// Stops its servers when the test is over, also when it failed.
pub(crate) struct Installation {
    pub(crate) options: Options,
    folder: TempDir,
}

impl Installation {
    /// Without waiting for the disk: most tests kill processes, not the machine.
    pub(crate) fn new() -> Self {
        Self::with(Durability::ThrowAway)
    }

    /// As a real installation.
    pub(crate) fn durable() -> Self {
        Self::with(Durability::Durable)
    }

    fn with(durability: Durability) -> Self {
        let folder = tempfile::Builder::new().prefix("ates-test-").tempdir_in("/tmp").expect("a temporary folder");
        // The account of the servers passes through it when the tests run as root.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("our own folder");
        Self { options: Options { durability, ..Self::options_in(folder.path()) }, folder }
    }

    /// The options of an installation in this folder, also for another process.
    pub(crate) fn options_in(folder: &Path) -> Options {
        let runtime_folder = Some(folder.join("run"));
        Options { runtime_folder, durability: Durability::ThrowAway, ..Options::new(folder.join("data")) }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn start(&self) -> Servers {
        Servers::start(&self.options).expect("servers that start")
    }

    pub(crate) fn postmaster_pid_file(&self) -> PathBuf {
        self.options.data_folder.join("postgres/postmaster.pid")
    }

    /// The processes of PostgreSQL and Redis.
    pub(crate) fn pids(&self) -> (i32, i32) {
        let first_line = |file: PathBuf| -> i32 {
            let text = fs::read_to_string(&file).expect("a pid file");
            text.lines().next().expect("a line").trim().parse().expect("a number")
        };
        (first_line(self.postmaster_pid_file()), first_line(self.options.data_folder.join("redis/redis.pid")))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // A test that killed users leaves servers running: become their last user.
        if self.options.data_folder.join("postgres/postmaster.pid").exists()
            && let Ok(servers) = Servers::start(&self.options)
        {
            let _ = servers.stop();
        }
    }
}

/// Stops the servers as their last user.
pub(crate) fn stop(servers: Servers) {
    assert_eq!(servers.stop().expect("servers that stop"), StopOutcome::Stopped);
}

/// The answer of PostgreSQL, asked the way an administrator would: psql with the URL.
pub(crate) fn sql(database_url: &str, statement: &str) -> String {
    let output = Command::new("psql").args(["-XAtq", "-d", database_url, "-c", statement]).output().expect("psql");
    assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The first line of Redis's answer to a command, over the socket of the URL.
pub(crate) fn redis(redis_url: &str, command: &str) -> String {
    let socket = redis_url.strip_prefix("redis+unix://").expect("the scheme of a Unix socket");
    let mut stream = UnixStream::connect(socket).expect("a Redis that listens");
    stream.write_all(format!("{command}\r\n").as_bytes()).expect("a Redis that listens");
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("an answer");
    line.trim().to_owned()
}

/// Whether the process exists and is not just waiting to be reaped.
pub(crate) fn is_alive(pid: i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|arguments| !arguments.is_empty())
}

/// Waits for a condition, with a limit.
#[expect(clippy::disallowed_methods, reason = "this is where the waiting for conditions happens")]
pub(crate) fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + WAIT_MAX;
    while !condition() {
        assert!(Instant::now() < deadline, "still waiting after {WAIT_MAX:?}: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
