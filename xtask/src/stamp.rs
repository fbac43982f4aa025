//! Whether the last release build still is what a new one would make.
//!
//! Inputs are compared by content, since a checkout changes times without changing anything. Which files are inputs is said by
//! naming those that are not: a forgotten name costs a needless build, never a stale program. Outputs are compared by size and time, since
//! `cargo leptos watch` overwrites some of them with its own.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};

use crate::repository::Repository;

/// What lies in the root of the repository and does not get into the release build. Names that begin with a dot do not either.
const NOT_INPUTS: &[&str] = &[
    "bench",
    "clippy.toml",
    "data",
    "deny.toml",
    "deploy",
    "docs",
    "end2end",
    "node_modules",
    "rustfmt.toml",
    "storm",
    "target",
    "testbed",
    "xtask",
];
const NOT_INPUTS_ENDINGS: &[&str] = &[".md", "LICENSE-MIT", "LICENSE-APACHE"];
const DOTTED_INPUTS: &[&str] = &[".cargo", ".sqlx"];

/// A fingerprint of everything that goes into the release build.
pub(crate) fn of_inputs(repository: &Repository, tools: &str) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    tools.hash(&mut hasher);
    for path in files(&repository.root, &is_input)? {
        path.strip_prefix(&repository.root).unwrap_or(&path).hash(&mut hasher);
        fs::read(&path)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// A fingerprint of what the release build has made; `None` when some of it is missing.
pub(crate) fn of_outputs(repository: &Repository) -> io::Result<Option<u64>> {
    let program = repository.program();
    let mut outputs = files(&repository.site(), &|_| true).unwrap_or_default();
    if !program.exists() || outputs.is_empty() {
        return Ok(None);
    }
    outputs.push(program);
    let mut hasher = DefaultHasher::new();
    for path in outputs {
        let metadata = path.metadata()?;
        (&path, metadata.len(), metadata.modified()?).hash(&mut hasher);
    }
    Ok(Some(hasher.finish()))
}

/// Whether a name in the root of the repository is part of the product.
fn is_input(name: &str) -> bool {
    if name.starts_with('.') {
        return DOTTED_INPUTS.contains(&name);
    }
    !NOT_INPUTS.contains(&name) && !NOT_INPUTS_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// All files below a folder in a fixed order, of the entries of that folder that are wanted.
fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let kind = entry.file_type()?;
        if !wanted(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if kind.is_dir() {
            found.extend(files(&entry.path(), &|name| name != "node_modules")?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::Result;

    use super::{is_input, of_inputs, of_outputs};
    use crate::repository::Repository;

    fn clone(name: &str) -> Result<Repository> {
        let root = std::env::temp_dir().join(format!("ates-stamp-{}-{name}", std::process::id()));
        fs::create_dir_all(root.join("app/src"))?;
        fs::write(root.join("app/src/lib.rs"), "one")?;
        Ok(Repository { root })
    }

    #[test]
    fn only_content_and_names_of_inputs_count() -> Result<()> {
        let clone = clone("inputs")?;
        let before = of_inputs(&clone, "rustc")?;
        fs::write(clone.join("app/src/lib.rs"), "one")?;
        fs::create_dir_all(clone.join("docs"))?;
        fs::write(clone.join("docs/page"), "x")?;
        fs::write(clone.join("README.md"), "x")?;
        assert_eq!(of_inputs(&clone, "rustc")?, before);

        assert_ne!(of_inputs(&clone, "another rustc")?, before);
        fs::write(clone.join("app/src/lib.rs"), "two")?;
        assert_ne!(of_inputs(&clone, "rustc")?, before);
        fs::write(clone.join("app/src/lib.rs"), "one")?;
        fs::rename(clone.join("app/src/lib.rs"), clone.join("app/src/main.rs"))?;
        assert_ne!(of_inputs(&clone, "rustc")?, before);
        Ok(fs::remove_dir_all(clone.root)?)
    }

    #[test]
    fn outputs_that_are_gone_or_overwritten_are_noticed() -> Result<()> {
        let clone = clone("outputs")?;
        assert_eq!(of_outputs(&clone)?, None);
        fs::create_dir_all(clone.join("target/release"))?;
        fs::create_dir_all(clone.join("target/site/pkg"))?;
        fs::write(clone.program(), "program")?;
        assert_eq!(of_outputs(&clone)?, None);
        fs::write(clone.join("target/site/pkg/ates.wasm"), "release")?;
        let before = of_outputs(&clone)?;
        assert!(before.is_some());
        fs::write(clone.join("target/site/pkg/ates.wasm"), "debug")?;
        assert_ne!(of_outputs(&clone)?, before);
        Ok(fs::remove_dir_all(clone.root)?)
    }

    #[test]
    fn a_new_folder_is_an_input_until_it_is_said_not_to_be() {
        for name in ["app", "Cargo.lock", "migrations", ".sqlx", ".cargo", "something-new"] {
            assert!(is_input(name), "{name}");
        }
        for name in ["target", "xtask", "README.ru.md", ".git", ".ci", "end2end"] {
            assert!(!is_input(name), "{name}");
        }
    }
}
