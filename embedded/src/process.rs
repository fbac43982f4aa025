//! Processes of the servers: run under their account, apart from our terminal, and recognised safely later.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::account::Account;
use crate::{EmbeddedError, wait};

/// A log that is larger when a server starts is set aside; the one set aside before is dropped. A server writes a few lines a day.
const LOG_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How much of a log goes into an error: enough for the reason, little enough for a terminal.
const LOG_TAIL_BYTES: u64 = 2 * 1024;

/// How long a server may take to vanish after it was stopped by force.
const FORCED_STOP_MAX: Duration = Duration::from_secs(10);

/// A command under the account, in its own process group (a Ctrl-C in our terminal does not reach it), that sees nothing of our environment:
/// a `PGOPTIONS` or `PGPORT` of the user must not change a private server, and our secrets are none of its business.
pub(crate) fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    // Our own working folder may be closed to the account.
    command.current_dir("/").stdin(Stdio::null()).process_group(0);
    if let Some(account) = account {
        account.apply_to(&mut command);
    }
    command
}

/// Runs a command to its end; `None` when it was killed because it took longer than the limit.
///
/// For commands with little output: more than a pipe holds (64 KiB) would make it wait for the limit.
pub(crate) fn run(command: &mut Command, input: &str, limit: Duration) -> Result<Option<Output>, EmbeddedError> {
    let program = PathBuf::from(command.get_program());
    let not_runnable = |source| EmbeddedError::NotRunnable { program: program.clone(), source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(not_runnable)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not want its input says why in its output.
        let _ = stdin.write_all(input.as_bytes());
    }
    let ended = wait::until(limit, || child.try_wait().transpose());
    if ended.is_none() {
        // With its own children: one that lives would keep the pipes of the output open.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    }
    let output = child.wait_with_output().map_err(not_runnable)?;
    Ok(ended.map(|_| output))
}

/// Starts a server that writes to this log and outlives us.
pub(crate) fn spawn_server(command: &mut Command, log: &Path) -> Result<(Child, LogOfStart), EmbeddedError> {
    let log_file = open_log(log).map_err(EmbeddedError::file("open the log", log))?;
    let errors = log_file.try_clone().map_err(EmbeddedError::file("open the log", log))?;
    let log_of_start = LogOfStart { log: log.to_owned(), begin: log_file.metadata().map_or(0, |metadata| metadata.len()) };
    command.stdout(log_file).stderr(errors);
    let child = command.spawn().map_err(|source| EmbeddedError::NotRunnable { program: command.get_program().into(), source })?;
    Ok((child, log_of_start))
}

/// Waits for the child in the background: a dead one that nobody waited for would count as alive for PostgreSQL's own check.
pub(crate) fn reap_in_background(mut child: Child) {
    thread::spawn(move || child.wait());
}

fn open_log(log: &Path) -> io::Result<File> {
    if fs::metadata(log).is_ok_and(|metadata| metadata.len() > LOG_BYTES_MAX) {
        fs::rename(log, log.with_extension("log.old"))?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(log)
}

/// What a server wrote to its log since it was started.
#[derive(Debug)]
pub(crate) struct LogOfStart {
    log: PathBuf,
    begin: u64,
}

impl LogOfStart {
    /// The end of it, for an error.
    pub(crate) fn tail(&self) -> String {
        tail_from(&self.log, self.begin)
    }
}

/// The end of a log, for an error.
pub(crate) fn tail(log: &Path) -> String {
    tail_from(log, 0)
}

/// What cannot be read is left out: there is an error to report already.
fn tail_from(log: &Path, begin: u64) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(begin.max(end.saturating_sub(LOG_TAIL_BYTES))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

/// Whom the pid file of a server names.
#[derive(Debug)]
pub(crate) enum Owner {
    /// Nobody, or a process that is gone.
    Nobody,
    /// The server of this folder.
    Server(ServerProcess),
    /// Another program, which got the number of a server that is gone.
    Stranger(i32),
}

/// A running server, recognised by its number and by its data folder on the command line.
///
/// The number alone may belong to another program by now. The command line can be read by everybody, also where the working folder
/// cannot (root in a container without `CAP_SYS_PTRACE`).
#[derive(Debug)]
pub(crate) struct ServerProcess {
    server: &'static str,
    pid: Pid,
    data: PathBuf,
}

/// How to end a server: politely, then by force.
pub(crate) struct Ending {
    pub(crate) ask: Signal,
    pub(crate) wait_max: Duration,
    pub(crate) force: Signal,
}

impl Owner {
    /// Reads the first line of the pid file and looks at the process it names.
    pub(crate) fn in_pid_file(server: &'static str, file: &Path, data: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw) else {
            return Self::Nobody;
        };
        let process = ServerProcess { server, pid, data: data.to_owned() };
        match process.arguments() {
            arguments if arguments.is_empty() => Self::Nobody,
            _ if process.is_running() => Self::Server(process),
            _ => Self::Stranger(process.pid()),
        }
    }
}

impl ServerProcess {
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.arguments().split(|byte| *byte == 0).any(|argument| argument == self.data.as_os_str().as_bytes())
    }

    /// Whether this text is one of the arguments it was started with.
    pub(crate) fn has_argument(&self, text: impl AsRef<OsStr>) -> bool {
        self.arguments().split(|byte| *byte == 0).any(|argument| argument == text.as_ref().as_bytes())
    }

    /// The command line, ended by zero bytes; empty when the process is gone, or dead and not yet waited for.
    fn arguments(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/cmdline", self.pid())).unwrap_or_default()
    }

    /// Sends it a signal that does not end it.
    pub(crate) fn signal(&self, signal: Signal) -> Result<(), EmbeddedError> {
        let (server, pid) = (self.server, self.pid());
        kill_process(self.pid, signal).map_err(|error| EmbeddedError::NotSignalled { server, pid, source: error.into() })
    }

    /// Ends the server and returns when it is gone. `StoppedByForce` when it had to be forced.
    pub(crate) fn end(&self, ending: &Ending) -> Result<(), EmbeddedError> {
        if self.signal_and_wait(ending.ask, ending.wait_max) {
            return Ok(());
        }
        let (server, pid) = (self.server, self.pid());
        if self.signal_and_wait(ending.force, FORCED_STOP_MAX) || self.signal_and_wait(Signal::KILL, FORCED_STOP_MAX) {
            return Err(EmbeddedError::StoppedByForce { server, pid, waited: ending.wait_max });
        }
        Err(EmbeddedError::StillRunning { server, pid })
    }

    fn signal_and_wait(&self, signal: Signal, limit: Duration) -> bool {
        if self.is_running() {
            // It may end by itself this very moment; whether it is gone is what counts.
            let _ = kill_process(self.pid, signal);
        }
        wait::until(limit, || (!self.is_running()).then_some(())).is_some()
    }
}
