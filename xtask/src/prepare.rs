//! `.sqlx`: what every SQL statement takes and gives, as PostgreSQL described it, so that a build needs no database.
//!
//! A throw-away PostgreSQL gets all migrations; then every crate with SQL is compiled against it, in the role of its service: a
//! statement on a table the role may not touch does not compile. sqlx writes the descriptions down as it meets the statements.

mod database;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    child,
    console::say,
    repository::Repository,
    setup::{self, Purpose, Toolbox},
};

/// File names and contents of a `.sqlx`.
type Descriptions = BTreeMap<String, String>;

/// `cargo xtask prepare`: writes `.sqlx` anew. The old one stays if anything fails.
pub(crate) fn renew(repository: &Repository) -> Result<()> {
    let toolbox = setup::perform(repository, Purpose::Run)?;
    let fresh = describe(repository, &toolbox)?;
    let committed = repository.join(".sqlx");
    let old = read(&committed)?;
    fs::create_dir_all(&committed)?;
    for name in old.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    for (name, description) in &fresh {
        if old.get(name) != Some(description) {
            fs::write(committed.join(name), description)?;
        }
    }
    say!("prepare: {} statements in .sqlx, {}", fresh.len(), difference(&old, &fresh));
    Ok(())
}

/// Whether `.sqlx` is what [`renew`] would write; gives the number of statements.
pub(crate) fn check(repository: &Repository, toolbox: &Toolbox) -> Result<usize> {
    let fresh = describe(repository, toolbox)?;
    let committed = read(&repository.join(".sqlx"))?;
    if committed != fresh {
        bail!(".sqlx is not what the code and the migrations say ({}): run `cargo xtask prepare`", difference(&committed, &fresh));
    }
    Ok(fresh.len())
}

/// Compiles everything against a fresh database and gives what sqlx wrote down.
fn describe(repository: &Repository, toolbox: &Toolbox) -> Result<Descriptions> {
    let folder = repository.scratch().join("sqlx");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let users = database::users(repository)?;
    let database = database::Database::start(repository, toolbox)?;

    // Release and all targets, as the stage `clippy` does: so the packages below are checked once for both.
    let mut cargo = toolbox.cargo(&["check", "--release", "--all-targets"]);
    cargo.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &folder);
    for user in &users {
        cargo.env(&user.url_variable, database.url_as(&user.role));
    }
    let touched = Touched::all(users.iter().map(|user| user.crate_folder.as_path()))?;
    child::run(&mut cargo)?;
    drop(touched);
    read(&folder)
}

/// The sources of the crates with SQL, made to look changed: sqlx cannot tell cargo that a database has changed.
///
/// Their times are put back in the end, so that the other builds, for which nothing has changed, do not compile them again.
struct Touched {
    files: Vec<(PathBuf, SystemTime)>,
}

impl Touched {
    fn all<'a>(crates: impl Iterator<Item = &'a Path>) -> Result<Self> {
        let mut touched = Self { files: Vec::new() };
        for folder in crates {
            touched.add(&folder.join("src"))?;
            touched.add(&folder.join("tests"))?;
        }
        Ok(touched)
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() {
                self.add(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = File::options().append(true).open(&path)?;
                self.files.push((path, file.metadata()?.modified()?));
                file.set_modified(now())?;
            }
        }
        Ok(())
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        for (path, time) in &self.files {
            // Where it fails, a build does some work twice.
            let _ = File::options().append(true).open(path).and_then(|file| file.set_modified(*time));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the time of a file, compared with other files' by cargo")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn read(folder: &Path) -> Result<Descriptions> {
    let mut descriptions = Descriptions::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            let description = fs::read_to_string(entry.path()).with_context(|| name.clone())?;
            descriptions.insert(name, description);
        }
    }
    Ok(descriptions)
}

fn difference(old: &Descriptions, new: &Descriptions) -> String {
    let added = new.keys().filter(|name| !old.contains_key(*name)).count();
    let removed = old.keys().filter(|name| !new.contains_key(*name)).count();
    let changed = new.iter().filter(|(name, description)| old.get(*name).is_some_and(|old| old != *description)).count();
    format!("{added} new, {removed} gone, {changed} changed")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::difference;

    #[test]
    fn differences_are_counted() {
        let set =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>();
        let (old, new) = (set(&[("a", "1"), ("b", "1"), ("c", "1")]), set(&[("b", "1"), ("c", "2"), ("d", "1")]));
        assert_eq!(difference(&old, &new), "1 new, 1 gone, 1 changed");
    }
}
