//! What one change needs while somebody works on it: in the development profile, which compiles a changed crate in seconds.
//!
//! It is no stage of `cargo xtask test`: that judges the release build, and starts from nothing (decision 0003).

use anyhow::{Context as _, Result, bail};

use crate::{
    build::SERVER_PACKAGES,
    child,
    console::say,
    libtest::Counts,
    repository::Repository,
    setup::{self, Purpose, Toolbox},
    stages::browser::{self, Program},
};

/// Formatting and lints of everything, for this machine and for the browser.
pub(crate) fn check(repository: &Repository) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Run)?;
    child::run(&mut toolbox.cargo(&["fmt", "--all", "--check"]))?;
    child::run(&mut toolbox.cargo(&[&["clippy", "--all-targets"][..], &SERVER_PACKAGES].concat()))?;
    child::run(&mut toolbox.cargo(&["clippy", "--all-targets", "--package", "xtask"]))?;
    let mut browser = toolbox.cargo(&["clippy", "--package", "frontend", "--target", "wasm32-unknown-unknown", "--target-dir"]);
    child::run(browser.arg(repository.front_target()))
}

/// The tests of one crate.
pub(crate) fn test_package(repository: &Repository, package: &str) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Run)?;
    let mut counts = Counts::default();
    let tested = child::run_line_by_line(&mut toolbox.cargo(&["test", "--package", package]), |line| {
        say!("{line}");
        counts.add_libtest_line(line);
    });
    tested.with_context(|| counts.to_string())?;
    if counts.is_empty() {
        bail!("`{package}` has no tests of its own");
    }
    say!("{package}: {counts}");
    Ok(())
}

/// The browser tests of the files whose names hold `spec`.
pub(crate) fn end_to_end(repository: &Repository, spec: &str) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Test)?;
    let program = build(repository, &toolbox)?;
    let counts = browser::drive(repository, &toolbox, &program, &[spec])?;
    say!("{spec}: {counts}");
    Ok(())
}

/// The program and what it serves, beside those of the release build.
fn build(repository: &Repository, toolbox: &Toolbox) -> Result<Program> {
    let site_root = repository.quick_site();
    child::run(toolbox.cargo(&["leptos", "build"]).env("LEPTOS_SITE_ROOT", &site_root))?;
    Ok(Program { path: repository.quick_program(), site_root: Some(site_root) })
}
