//! The end-to-end tests: Playwright drives a real browser against the release build.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{child, console::say, libtest::Counts, repository::Repository, setup::Toolbox, summary::Verdict};

/// A build of the product.
pub(crate) struct Program {
    /// The program.
    pub(crate) path: PathBuf,
    /// What it serves to the browser, where that is not in the usual place.
    pub(crate) site_root: Option<PathBuf>,
}

pub(super) fn end_to_end(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let program = Program { path: repository.program(), site_root: None };
    drive(repository, toolbox, &program, &[]).map(|counts| Verdict::Passed(counts.to_string()))
}

/// Drives the browser against a build: through all stories, or those of the files whose names hold one of `specs`.
pub(crate) fn drive(repository: &Repository, toolbox: &Toolbox, program: &Program, specs: &[&str]) -> Result<Counts> {
    let folder = repository.join("end2end");
    install_packages(&folder, toolbox)?;
    child::run(&mut in_folder(toolbox, &folder, &["tsc", "--noEmit"]))?;

    let browser = toolbox.browser.as_ref().context("no browser was found")?;
    let mut playwright = in_folder(toolbox, &folder, &[&["playwright", "test"], specs].concat());
    playwright.env("ATES_BINARY", &program.path).env("ATES_CHROMIUM", browser);
    playwright.envs(program.site_root.iter().map(|site_root| ("ATES_SITE_ROOT", site_root)));
    let mut counts = Counts::default();
    let result = child::run_line_by_line(&mut playwright, |line| {
        say!("{line}");
        counts.add_playwright_line(line);
    });
    result.with_context(|| counts.to_string())?;
    Ok(counts)
}

/// `--no`: a program that is missing is an error and not a download.
fn in_folder(toolbox: &Toolbox, folder: &Path, arguments: &[&str]) -> Command {
    let mut npx = toolbox.command("npx");
    npx.current_dir(folder).args(["--no", "--"]).args(arguments);
    npx
}

/// `npm ci` deletes and fetches everything again, so it is done only when the lock file is another than last time.
fn install_packages(folder: &Path, toolbox: &Toolbox) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    fs::read(folder.join("package-lock.json")).context("end2end/package-lock.json")?.hash(&mut hasher);
    let stamp = format!("{:016x}", hasher.finish());
    let note = folder.join("node_modules/.installed-by-xtask");
    if fs::read_to_string(&note).is_ok_and(|last| last == stamp) {
        return Ok(());
    }
    let mut npm = toolbox.command("npm");
    // The browser is the system's.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").current_dir(folder).args(["ci", "--no-audit", "--no-fund"]);
    child::run(&mut npm)?;
    Ok(fs::write(note, stamp)?)
}
