//! Installing Debian packages, as an administrator, without starting the services they bring.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{child, environment};

/// Debian starts and enables a package's service when it is installed. aTES starts private servers of its own and wants the
/// programs only, so the script keeps the packages from doing that, and puts everything back afterwards.
const INSTALL: &str = include_str!("debian_install.sh");

/// Whether this account may install packages here.
pub(super) fn may_install() -> bool {
    rustix::process::geteuid().is_root() && environment::find_program(&["apt-get"]).is_some()
}

/// Installs packages; those that are there already are left as they are.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    let mut shell = Command::new("sh");
    shell.args(["-c", INSTALL, "debian_install.sh"]).args(packages).stdin(Stdio::null());
    child::run(&mut shell)
}
