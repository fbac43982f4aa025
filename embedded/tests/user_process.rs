//! Another process of ours that uses the servers: this test binary, run again for the one "test" at the end of this file.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use embedded::{Servers, ThrowAway};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::installation::Installation;

/// The folder of the installation to use; without it the "test" below does nothing.
const FOLDER_VARIABLE: &str = "EMBEDDED_TEST_USER_OF";

/// Instead of a folder: use throw-away servers.
const THROW_AWAY: &str = "throw-away";

/// Lines of ours among those of the test harness.
const PREFIX: &str = "user process: ";

/// A running process of this binary, in its own process group.
pub(crate) struct UserProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl UserProcess {
    /// Starts it; it starts or reuses the servers of the installation. Answers with it and the URL of the database.
    pub(crate) fn of(installation: &Installation) -> (Self, String) {
        Self::start(installation.folder())
    }

    pub(crate) fn with_throw_away() -> (Self, String) {
        Self::start(Path::new(THROW_AWAY))
    }

    /// Returns before its servers are up.
    pub(crate) fn starting_throw_away() -> Self {
        Self::spawn(Path::new(THROW_AWAY))
    }

    fn start(folder: &Path) -> (Self, String) {
        let mut process = Self::spawn(folder);
        let url = process.read_answer();
        (process, url)
    }

    fn spawn(folder: &Path) -> Self {
        // Whoever runs the tests may have told its children to pass over Ctrl-C, as a shell does with work in the background.
        let mut command = Command::new("env");
        command.arg("--default-signal=INT").arg(env::current_exe().expect("our own path"));
        command.args(["--exact", "user_process::uses_the_servers_until_told_otherwise", "--nocapture", "--test-threads=1"]);
        command.env(FOLDER_VARIABLE, folder).process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("ourselves again");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdin, stdout }
    }

    /// Lets it stop using the servers and end; answers with the outcome.
    pub(crate) fn leave(mut self) -> String {
        drop(self.stdin.take());
        let outcome = self.read_answer();
        assert!(self.child.wait().expect("our child").success());
        outcome
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        kill_process(self.pid(), Signal::KILL).expect("our child");
        self.child.wait().expect("our child");
    }

    /// What Ctrl-C in a terminal does: a signal to the whole group of the process. Ends the process.
    pub(crate) fn interrupt_group(mut self) {
        kill_process_group(self.pid(), Signal::INT).expect("our child");
        self.child.wait().expect("our child");
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn read_answer(&mut self) -> String {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).expect("a pipe"), 0, "the user process ended: {seen}");
            if let Some((_, answer)) = line.split_once(PREFIX) {
                return answer.trim().to_owned();
            }
            seen.push_str(&line);
        }
    }
}

fn answer(text: &str) {
    // Not `println!`, which the harness may capture.
    writeln!(std::io::stdout(), "{PREFIX}{text}").expect("somebody listens");
}

fn wait_for_end_of_input() {
    std::io::stdin().read_to_end(&mut Vec::new()).expect("a pipe");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the variable is how one process of this binary talks to another")]
fn uses_the_servers_until_told_otherwise() {
    let Some(folder) = env::var_os(FOLDER_VARIABLE).map(PathBuf::from) else {
        return;
    };
    if folder == Path::new(THROW_AWAY) {
        let servers = ThrowAway::start().expect("servers that start");
        answer(&servers.database_url());
        wait_for_end_of_input();
        answer("ends without dropping");
        // As a `static` does.
        std::mem::forget(servers);
        return;
    }
    let servers = Servers::start(&Installation::options_in(&folder)).expect("servers that start");
    answer(&servers.database_url());
    wait_for_end_of_input();
    answer(&format!("{:?}", servers.stop().expect("servers that stop")));
}
