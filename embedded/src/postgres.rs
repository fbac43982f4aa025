//! The private PostgreSQL: found running, started, asked whether it answers, stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::account::Account;
use crate::binaries::PostgresPrograms;
use crate::folders::DataFolder;
use crate::postgres_client::{self, NoAnswer};
use crate::process::{self, Ending, LogOfStart, Owner, ServerProcess};
use crate::settings::POSTGRES_PORT;
use crate::{DATABASE_NAME, Durability, EmbeddedError, Options, cluster, settings, url, wait};

const SERVER: &str = "PostgreSQL";

/// The name PostgreSQL derives from the port.
pub(crate) const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// After a crash it first replays up to a gigabyte of its log. It refuses connections meanwhile, which is a sign of life.
const START_MAX: Duration = Duration::from_mins(5);

/// One connection and one statement; a server that is up answers in milliseconds.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// A server that says nothing at all so many times in a row hangs.
const SILENCES_MAX: u32 = 4;

/// A fast shutdown ends the sessions and writes everything to the disk.
const ENDING: Ending = Ending { ask: Signal::INT, wait_max: Duration::from_mins(1), force: Signal::QUIT };

/// PostgreSQL without a clean end, as after a crash: the next start recovers.
const ENDING_AT_ONCE: Ending = Ending { ask: Signal::QUIT, wait_max: Duration::from_secs(10), force: Signal::KILL };

/// What PostgreSQL says while sessions of a killed predecessor still notice its death. It takes them milliseconds.
const PREDECESSOR_STILL_ENDING: &str = "pre-existing shared memory block";

/// The PostgreSQL of one data folder.
#[derive(Debug)]
pub(crate) struct Postgres {
    programs: PostgresPrograms,
    cluster: PathBuf,
    socket_folder: PathBuf,
    log: PathBuf,
    account: Account,
    durability: Durability,
}

/// How a start found the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Running,
    Stopped,
}

impl Postgres {
    /// Finds the programs that fit the data; starts nothing.
    pub(crate) fn new(data: &DataFolder, socket_folder: &Path, account: &Account, options: &Options) -> Result<Self, EmbeddedError> {
        let programs = PostgresPrograms::find(options.postgres_bin_dir.as_deref(), &data.cluster())?;
        Ok(Self {
            programs,
            cluster: data.cluster(),
            socket_folder: socket_folder.to_owned(),
            log: data.log("postgres"),
            account: account.clone(),
            durability: options.durability,
        })
    }

    pub(crate) fn socket_folder(&self) -> &Path {
        &self.socket_folder
    }

    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    pub(crate) fn url(&self) -> String {
        url::of_database(&self.socket_folder, POSTGRES_PORT)
    }

    /// Returns when it answers: initialised, started or found running. `alone`: nobody else uses the data folder.
    pub(crate) fn ensure_running(&self, alone: bool) -> Result<Found, EmbeddedError> {
        cluster::ensure(&self.cluster, &self.programs, &self.account, self.durability)?;
        match owner(&self.cluster) {
            Owner::Server(process) if self.socket().exists() => {
                if self.wait_for_running(&process)? {
                    return Ok(Found::Running);
                }
            }
            // Its socket was deleted behind its back, by a cleaner of temporary files or at the end of a login: nobody reaches it any more.
            Owner::Server(process) if alone => process.end(&ENDING)?,
            Owner::Server(process) => return Err(self.unresponsive(&process)),
            // PostgreSQL would refuse to start, because it only sees that the process it is told about lives.
            Owner::Stranger(_) if alone => {
                let file = pid_file(&self.cluster);
                fs::remove_file(&file).map_err(EmbeddedError::file("remove", file))?;
            }
            Owner::Stranger(pid) => {
                return Err(EmbeddedError::OwnedByStranger { file: pid_file(&self.cluster), pid });
            }
            // A pid file that names a dead process is PostgreSQL's own business.
            Owner::Nobody => {}
        }
        self.start().map(|()| Found::Stopped)
    }

    /// Stops it cleanly, if it runs.
    pub(crate) fn stop(&self) -> Result<(), EmbeddedError> {
        self.end(&ENDING)
    }

    /// Stops it without saving anything first, as a crash would, if it runs.
    pub(crate) fn stop_at_once(&self) -> Result<(), EmbeddedError> {
        self.end(&ENDING_AT_ONCE)
    }

    fn end(&self, ending: &Ending) -> Result<(), EmbeddedError> {
        match owner(&self.cluster) {
            Owner::Server(process) => process.end(ending),
            Owner::Nobody | Owner::Stranger(_) => Ok(()),
        }
    }

    /// `false`: it ended instead, because whoever asked it to stop was killed before we came.
    fn wait_for_running(&self, process: &ServerProcess) -> Result<bool, EmbeddedError> {
        let mut silences = 0;
        let answered = wait::until(START_MAX, || match self.ask() {
            Ok(()) => Some(Ok(true)),
            Err(_) if !process.is_running() => Some(Ok(false)),
            Err(NoAnswer::Refused(_)) => {
                silences = 0;
                None
            }
            Err(NoAnswer::Silence) => {
                silences += 1;
                (silences >= SILENCES_MAX).then(|| Err(self.unresponsive(process)))
            }
        });
        answered.unwrap_or_else(|| Err(self.unresponsive(process)))
    }

    fn start(&self) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + START_MAX;
        loop {
            let (child, log) = process::spawn_server(&mut self.command(), &self.log)?;
            let Some(status) = self.wait_for_started(child, &log)? else {
                return Ok(());
            };
            let predecessor_still_ending = log.tail().contains(PREDECESSOR_STILL_ENDING);
            if !predecessor_still_ending || Instant::now() > deadline {
                let tail = self.log_tail(&log);
                return Err(EmbeddedError::EndedWhileStarting { server: SERVER, status, log: self.log.clone(), tail });
            }
        }
    }

    /// `None`: it answers. `Some`: it ended.
    fn wait_for_started(&self, mut child: Child, log: &LogOfStart) -> Result<Option<ExitStatus>, EmbeddedError> {
        let mut refusal = String::new();
        let outcome = wait::until(START_MAX, || match child.try_wait() {
            Ok(Some(status)) => Some(Some(status)),
            _ if !self.socket().exists() => None,
            _ => match self.ask() {
                Ok(()) => Some(None),
                Err(NoAnswer::Refused(reason)) => {
                    refusal = reason;
                    None
                }
                Err(NoAnswer::Silence) => None,
            },
        });
        process::reap_in_background(child);
        outcome.ok_or_else(|| {
            let tail = format!("{}{refusal}", self.log_tail(log));
            // The error below is the one to report.
            let _ = self.stop_at_once();
            EmbeddedError::NotReady { server: SERVER, waited: START_MAX, log: self.log.clone(), tail }
        })
    }

    /// A real statement on the real database.
    fn ask(&self) -> Result<(), NoAnswer> {
        postgres_client::ask(&self.socket(), DATABASE_NAME, ANSWER_MAX)
    }

    fn command(&self) -> Command {
        let mut command = process::command(&self.programs.program("postgres"), Some(&self.account));
        command.arg("-D").arg(&self.cluster);
        for (name, value) in settings::of_postgres(&self.socket_folder, self.durability) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.socket_folder.join(SOCKET_NAME)
    }

    /// What it said before it opened its own logs, and the end of the newest of those.
    fn log_tail(&self, log: &LogOfStart) -> String {
        let logs = fs::read_dir(self.cluster.join("log")).into_iter().flatten().flatten();
        let newest = logs.max_by_key(|entry| entry.metadata().and_then(|metadata| metadata.modified()).ok());
        log.tail() + &newest.map(|entry| process::tail(&entry.path())).unwrap_or_default()
    }

    fn unresponsive(&self, process: &ServerProcess) -> EmbeddedError {
        EmbeddedError::Unresponsive { server: SERVER, pid: process.pid(), socket: self.socket() }
    }
}

/// The socket folder of the server that runs on this cluster, from the fifth line of its pid file.
pub(crate) fn socket_folder_in_use(cluster: &Path) -> Option<PathBuf> {
    match owner(cluster) {
        Owner::Server(_) => fs::read_to_string(pid_file(cluster)).ok()?.lines().nth(4).filter(|line| !line.is_empty()).map(PathBuf::from),
        Owner::Nobody | Owner::Stranger(_) => None,
    }
}

fn owner(cluster: &Path) -> Owner {
    Owner::in_pid_file(SERVER, &pid_file(cluster), cluster)
}

fn pid_file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}
