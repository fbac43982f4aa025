//! The private Redis: found running, started, asked whether it answers, stopped.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use rustix::process::Signal;

use crate::account::Account;
use crate::folders::{DataFolder, make_private};
use crate::process::{self, Ending, LogOfStart, Owner, ServerProcess};
use crate::{Durability, EmbeddedError, Options, binaries, settings, url, wait};

const SERVER: &str = "Redis";

const SOCKET_NAME: &str = "redis.sock";

/// It reads its whole file first. The queues are short, so that is quick.
const START_MAX: Duration = Duration::from_mins(1);

/// One command that costs nothing.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// It writes out its file and leaves.
const ENDING: Ending = Ending { ask: Signal::TERM, wait_max: Duration::from_secs(30), force: Signal::KILL };

/// The Redis of one data folder.
#[derive(Debug)]
pub(crate) struct Redis {
    program: PathBuf,
    folder: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    account: Account,
    durability: Durability,
}

impl Redis {
    /// Finds the program; starts nothing.
    pub(crate) fn new(data: &DataFolder, socket_folder: &Path, account: &Account, options: &Options) -> Result<Self, EmbeddedError> {
        Ok(Self {
            program: binaries::find_redis_server(options.redis_server.as_deref())?,
            folder: data.redis(),
            socket: socket_folder.join(SOCKET_NAME),
            log: data.log("redis"),
            account: account.clone(),
            durability: options.durability,
        })
    }

    pub(crate) fn url(&self) -> String {
        url::of_redis(&self.socket)
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns when it answers: started or found running. `alone`: nobody else uses the data folder.
    pub(crate) fn ensure_running(&self, alone: bool) -> Result<(), EmbeddedError> {
        if !self.folder.exists() {
            make_private(&self.folder, &self.account).map_err(EmbeddedError::file("make", &self.folder))?;
        }
        match self.owner() {
            Owner::Server(process) if self.is_reachable(&process) => {
                if self.wait_for_running(&process)? {
                    return Ok(());
                }
            }
            // It listens where nobody looks: see the same case of PostgreSQL.
            Owner::Server(process) if alone => process.end(&ENDING)?,
            Owner::Server(process) => return Err(self.unresponsive(&process)),
            // Redis does not read an old pid file, and replaces an old socket.
            Owner::Nobody | Owner::Stranger(_) => {}
        }
        let (child, log) = process::spawn_server(&mut self.command(), &self.log)?;
        self.wait_for_started(child, &log)
    }

    /// Stops it cleanly, if it runs.
    pub(crate) fn stop(&self) -> Result<(), EmbeddedError> {
        match self.owner() {
            Owner::Server(process) => process.end(&ENDING),
            Owner::Nobody | Owner::Stranger(_) => Ok(()),
        }
    }

    /// SIGSTOP, if it runs.
    pub(crate) fn pause(&self) -> Result<(), EmbeddedError> {
        self.signal(Signal::STOP)
    }

    /// SIGCONT, if it runs.
    pub(crate) fn resume(&self) -> Result<(), EmbeddedError> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<(), EmbeddedError> {
        match self.owner() {
            Owner::Server(process) => process.signal(signal),
            Owner::Nobody | Owner::Stranger(_) => Ok(()),
        }
    }

    fn is_reachable(&self, process: &ServerProcess) -> bool {
        process.has_argument(&self.socket) && self.socket.exists()
    }

    /// `false`: it ended instead, as PostgreSQL may.
    fn wait_for_running(&self, process: &ServerProcess) -> Result<bool, EmbeddedError> {
        let answered = wait::until(START_MAX, || if self.answers() { Some(true) } else { (!process.is_running()).then_some(false) });
        answered.ok_or_else(|| self.unresponsive(process))
    }

    fn wait_for_started(&self, mut child: Child, log: &LogOfStart) -> Result<(), EmbeddedError> {
        let outcome = wait::until(START_MAX, || match child.try_wait() {
            Ok(Some(status)) => Some(Some(status)),
            _ => self.answers().then_some(None),
        });
        if outcome.is_none() {
            // The error below is the one to report.
            let _ = child.kill();
        }
        process::reap_in_background(child);
        let tail = log.tail();
        match outcome {
            Some(None) => Ok(()),
            Some(Some(status)) => Err(EmbeddedError::EndedWhileStarting { server: SERVER, status, log: self.log.clone(), tail }),
            None => Err(EmbeddedError::NotReady { server: SERVER, waited: START_MAX, log: self.log.clone(), tail }),
        }
    }

    /// `+PONG`; while it reads its file it says `-LOADING` instead, then this is no answer yet.
    fn answers(&self) -> bool {
        let ping = || -> std::io::Result<String> {
            let mut stream = UnixStream::connect(&self.socket)?;
            stream.set_read_timeout(Some(ANSWER_MAX))?;
            stream.set_write_timeout(Some(ANSWER_MAX))?;
            stream.write_all(b"PING\r\n")?;
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line)?;
            Ok(line)
        };
        ping().is_ok_and(|line| line == "+PONG\r\n")
    }

    fn command(&self) -> Command {
        let mut command = process::command(&self.program, Some(&self.account));
        command.arg("--dir").arg(&self.folder).arg("--unixsocket").arg(&self.socket).arg("--pidfile").arg(self.pid_file());
        command.args(settings::of_redis(self.durability).as_flattened());
        command
    }

    fn owner(&self) -> Owner {
        Owner::in_pid_file(SERVER, &self.pid_file(), &self.folder)
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("redis.pid")
    }

    fn unresponsive(&self, process: &ServerProcess) -> EmbeddedError {
        EmbeddedError::Unresponsive { server: SERVER, pid: process.pid(), socket: self.socket.clone() }
    }
}
