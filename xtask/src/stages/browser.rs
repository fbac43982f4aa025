//! The end-to-end tests: Playwright drives a real browser against the release build.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{child, console::say, libtest::Counts, repository::Repository, setup::Toolbox, summary::Verdict};

pub(super) fn end_to_end(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let folder = repository.join("end2end");
    install_packages(&folder, toolbox)?;
    child::run(&mut in_folder(toolbox, &folder, &["tsc", "--noEmit"]))?;

    let browser = toolbox.browser.as_ref().context("no browser was found")?;
    let mut playwright = in_folder(toolbox, &folder, &["playwright", "test"]);
    playwright.env("ATES_BINARY", repository.program()).env("ATES_CHROMIUM", browser);
    let mut counts = Counts::default();
    let result = child::run_line_by_line(&mut playwright, |line| {
        say!("{line}");
        counts.add_playwright_line(line);
    });
    result.with_context(|| counts.to_string())?;
    Ok(Verdict::Passed(counts.to_string()))
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
