//! The throw-away database that describes the statements, and who asks it in which role.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use embedded::ThrowAway;

use crate::{child, repository::Repository, setup::Toolbox};

/// The folders of the migrations in the order in which a fresh database gets them.
const SCHEMAS: &[&str] = &["bus", "auth", "tracker", "accounting", "analytics"];

/// A crate with SQL of its own.
#[derive(Debug)]
pub(super) struct User {
    pub(super) crate_folder: PathBuf,
    /// Where sqlx looks for the URL while it compiles this crate.
    pub(super) url_variable: String,
    /// Whose rights the statements must do with.
    pub(super) role: String,
}

/// A migrated PostgreSQL that is gone with this value.
pub(super) struct Database {
    server: ThrowAway,
    /// PostgreSQL's client for scripts, of the same installation as the server.
    psql: PathBuf,
}

impl Database {
    pub(super) fn start(repository: &Repository, toolbox: &Toolbox) -> Result<Self> {
        let server = ThrowAway::start_postgres_of(&toolbox.postgres)?;
        let database = Self { server, psql: toolbox.postgres.join("psql") };
        let migrations = repository.join("migrations");
        database.apply(&migrations.join("roles.sql"), None)?;
        for schema in SCHEMAS {
            for file in sql_files(&migrations.join(schema))? {
                database.apply(&file, Some("ates_owner"))?;
            }
        }
        check_all_are_applied(&migrations)?;
        Ok(database)
    }

    /// The URL with which a connection takes on the role.
    pub(super) fn url_as(&self, role: &str) -> String {
        let url = self.server.database_url();
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}options=-c%20role%3D{role}")
    }

    /// Each file in a transaction of its own, as the program's migrator does.
    fn apply(&self, file: &Path, role: Option<&str>) -> Result<()> {
        let url = role.map_or_else(|| self.server.database_url(), |role| self.url_as(role));
        let mut psql = Command::new(&self.psql);
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file"]).arg(file).arg(url);
        // "Already exists, skipping" is no news; whatever the user's own settings for PostgreSQL are, they are for another server.
        psql.env("PGOPTIONS", "-c client_min_messages=warning").env_remove("PGSERVICE");
        child::run(&mut psql).with_context(|| format!("migration {}", file.display()))
    }
}

/// A new folder of migrations must get its place in the order.
fn check_all_are_applied(migrations: &Path) -> Result<()> {
    for entry in fs::read_dir(migrations)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !SCHEMAS.contains(&name.as_str()) {
            bail!("xtask does not know when to apply migrations/{name}: add it to SCHEMAS");
        }
    }
    Ok(())
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The crates that have an `sqlx.toml`, which names the variable of the URL; the variable names the role.
pub(super) fn users(repository: &Repository) -> Result<Vec<User>> {
    let mut folders = crate_folders(&repository.root)?;
    folders.extend(crate_folders(&repository.join("services"))?);
    let mut users = Vec::new();
    for crate_folder in folders {
        let Ok(settings) = fs::read_to_string(crate_folder.join("sqlx.toml")) else {
            continue;
        };
        let (url_variable, role) = url_variable_and_role(&settings)
            .with_context(|| format!("{}/sqlx.toml names no database-url-var = \"…_DATABASE_URL\"", crate_folder.display()))?;
        users.push(User { crate_folder, url_variable, role });
    }
    Ok(users)
}

fn crate_folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(parent)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|folder| folder.join("Cargo.toml").is_file()).collect())
}

/// `database-url-var = "AUTH_DATABASE_URL"` → that, and `ates_auth`.
fn url_variable_and_role(settings: &str) -> Option<(String, String)> {
    let line = settings.lines().find_map(|line| line.trim().strip_prefix("database-url-var"))?;
    let variable = line.trim_start().strip_prefix('=')?.trim().trim_matches('"');
    let service = variable.strip_suffix("_DATABASE_URL")?;
    Some((variable.to_owned(), format!("ates_{}", service.to_lowercase())))
}

#[cfg(test)]
mod tests {
    use super::url_variable_and_role;

    #[test]
    fn the_role_follows_from_the_settings_of_the_crate() {
        let settings = "[common]\ndatabase-url-var = \"AUTH_DATABASE_URL\"\n";
        assert_eq!(url_variable_and_role(settings), Some(("AUTH_DATABASE_URL".to_owned(), "ates_auth".to_owned())));
        assert_eq!(url_variable_and_role("[common]\ndatabase-url-var = \"ELSE\"\n"), None);
    }
}
