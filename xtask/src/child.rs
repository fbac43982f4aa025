//! Running other programs: the output streams through, and a failure names the command.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

/// Runs a program to its end; its output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program and gives its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", shown(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print text", shown(command)))
}

/// Whether a program succeeds, in silence.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a program, handing on each line of its standard output as it comes.
pub(crate) fn run_line_by_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{}`", shown(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for bytes in BufReader::new(stdout).split(b'\n') {
            line(&String::from_utf8_lossy(&bytes?));
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program that may hang, for instance on the network. When the time is up, it is ended together with everything it started.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child =
        command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("could not start `{}`", shown(command)))?;
    let group = rustix::process::Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(child.wait()));
    let answer = receiver.recv_timeout(limit);
    if answer.is_err() {
        // It may have ended by itself in this very moment: then there is nothing left to kill.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = waiter.join();
        bail!("`{}` did not finish within {} s", shown(command), limit.as_secs());
    }
    let status = answer.context("nobody waits for the child")??;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// The command as one would type it, without the variables set for it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::{process::Command, time::Duration};

    use super::{run_line_by_line, run_within};

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let mut hanging = Command::new("sh");
        hanging.args(["-c", "sleep 600 & sleep 600"]);
        let error = run_within(&mut hanging, Duration::from_millis(50)).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("did not finish")));
    }

    #[test]
    fn lines_arrive_and_a_failure_is_told() {
        let mut lines = Vec::new();
        let result = run_line_by_line(Command::new("sh").args(["-c", "echo one; echo two; exit 3"]), |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(lines, ["one", "two"]);
        assert!(result.is_err());
    }
}
