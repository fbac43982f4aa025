//! Workers in a process of their own, so that it can be paused and killed: the program that wants them, run once more.

use std::{
    convert::Infallible,
    env,
    ffi::OsStr,
    io::{self, Read as _},
    process::{self, Child, Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result};
use platform::randomness::Randomness;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio_util::sync::CancellationToken;

use crate::Addresses;

/// How a worker process is told where the servers are.
const DATABASE_URL: &str = "ATES_TESTBED_DATABASE_URL";
const REDIS_URL: &str = "ATES_TESTBED_REDIS_URL";
const SMTP_URL: &str = "ATES_TESTBED_SMTP_URL";

/// A running process of workers. It is killed when this is dropped, and ends by itself when its parent has gone.
#[derive(Debug)]
pub struct WorkerProcess(Child);

/// The program that runs now, to be started once more with these arguments, in silence. With them it must call [`work`].
pub fn this_program<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> io::Result<Command> {
    let mut program = Command::new(env::current_exe()?);
    program.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(program)
}

impl WorkerProcess {
    /// Starts a program that calls [`work`], see [`this_program`].
    pub fn start(mut program: Command, addresses: &Addresses) -> io::Result<Self> {
        program.env(DATABASE_URL, &addresses.database_url).env(REDIS_URL, &addresses.redis_url).env(SMTP_URL, &addresses.smtp_url);
        // Nobody writes to it: its end is the end of the parent.
        program.stdin(Stdio::piped()).spawn().map(Self)
    }

    /// SIGSTOP: the process stands still in whatever it was doing when this returns. Without waiting for it, its other threads would go on
    /// until the one that takes the signal gets a processor.
    pub fn pause(&self) -> io::Result<()> {
        self.signal(Signal::STOP)?;
        waitid(WaitId::Pid(Pid::from_child(&self.0)), WaitIdOptions::STOPPED)?;
        Ok(())
    }

    /// SIGCONT: the process goes on as if no time had passed.
    pub fn resume(&self) -> io::Result<()> {
        self.signal(Signal::CONT)
    }

    /// How the process ended by itself, if it did.
    pub fn ended(&mut self) -> io::Result<Option<process::ExitStatus>> {
        self.0.try_wait()
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.0), signal)?)
    }
}

impl Drop for WorkerProcess {
    /// SIGKILL: the process gets no chance to finish anything.
    fn drop(&mut self) {
        // A process that has ended by itself needs no killing; one that cannot be waited for is not ours any more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a worker process does: relay and workers, until it is killed or its parent has gone.
#[expect(clippy::disallowed_methods, reason = "this is how the parent hands over the addresses")]
pub async fn work() -> Result<Infallible> {
    let variable = |name| env::var(name).with_context(|| format!("{name} is not set: only WorkerProcess starts this"));
    let addresses = Addresses { database_url: variable(DATABASE_URL)?, redis_url: variable(REDIS_URL)?, smtp_url: variable(SMTP_URL)? };
    thread::spawn(end_with_the_parent);
    let randomness = Randomness::from_system()?;
    let services = addresses.services(&randomness)?;
    addresses.jobs(&services, randomness)?.run(CancellationToken::new()).await;
    anyhow::bail!("the background work ended although nobody asked for it")
}

fn end_with_the_parent() {
    // Whatever the answer is: there is nobody left at the other end.
    let _ = io::stdin().read_to_end(&mut Vec::new());
    process::exit(0);
}
