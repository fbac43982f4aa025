//! Installing Debian packages, as an administrator, without starting the services they bring.

use std::process::Stdio;

use anyhow::Result;

use super::machine::Machine;
use crate::child;

/// Debian starts and enables a package's service when it is installed. aTES starts private servers of its own and wants the
/// programs only, so the script keeps the packages from doing that, and puts everything back afterwards.
const INSTALL: &str = include_str!("debian_install.sh");

/// Installs packages; those that are there already are left as they are.
pub(super) fn install(machine: &Machine, packages: &[&str]) -> Result<()> {
    let mut shell = machine.command("sh", &[]);
    shell.args(["-c", INSTALL, "debian_install.sh"]).args(packages).stdin(Stdio::null());
    child::run(&mut shell)
}
