//! Databases for integration tests: real PostgreSQL, started by the tests themselves, gone with them.
//!
//! One throw-away server per test process; in it one template database per set of schemas, migrated once; from that each test
//! gets a database of its own as a copy, which takes some hundredths of a second. So tests run side by side and need no cleaning.
//!
//! Everything here panics when it fails: a test can do nothing about it.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use embedded::ThrowAway;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::Mutex;
use url::Url;

use platform::database::{Database, Role, Schema, migrate};

/// How many connections each pool of a test may hold: enough for races, few enough for many tests side by side.
const CONNECTIONS_MAX: u32 = 8;

/// How many databases were named, over all tests of the process.
static NAMED: AtomicU32 = AtomicU32::new(0);

/// A migrated database of the test's own, with these schemas and nobody in it.
///
/// # Panics
/// When PostgreSQL cannot be started, or a schema not be migrated.
pub async fn database(schemas: &[&'static Schema]) -> Database {
    let template = template(schemas).await;
    let name = next_name("test");
    execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    connect_to(&name)
}

/// Proves that the tables of `schema` are out of the other services' reach, and that the auditor may read and not change them.
///
/// Every statement is really tried: what PostgreSQL answers is the proof.
///
/// # Panics
/// When a role may do what it should not, with the statement it may.
pub async fn assert_isolated(database: &Database, schema: &Schema) {
    let owner = database.pool(Role::Owner);
    let tables = sqlx::query_as::<_, (String, String)>(
        "SELECT DISTINCT ON (table_name) format('%I.%I', table_schema, table_name), quote_ident(column_name)
         FROM information_schema.columns WHERE table_schema = $1 AND table_name <> '_sqlx_migrations' ORDER BY table_name",
    );
    let tables = tables.bind(schema.name).fetch_all(&owner).await.expect("the tables of the schema");
    assert!(!tables.is_empty(), "schema {} has no tables: there is nothing to prove", schema.name);

    for role in Role::ALL.into_iter().filter(|role| ![Role::Owner, schema.role].contains(role)) {
        let pool = database.pool(role);
        let refusal = async |statement: String| {
            let error = pool.execute(AssertSqlSafe(statement.clone())).await.expect_err(&format!("{role:?} may: {statement}"));
            let code = error.as_database_error().and_then(|error| error.code().map(Cow::into_owned));
            assert_eq!(code.as_deref(), Some(INSUFFICIENT_PRIVILEGE), "{role:?}: {statement}: {error}");
        };
        for (table, column) in &tables {
            let read = format!("SELECT {column} FROM {table}");
            if role == Role::Auditor {
                pool.execute(AssertSqlSafe(read.clone())).await.unwrap_or_else(|error| panic!("the auditor: {read}: {error}"));
            } else {
                refusal(read).await;
            }
            refusal(format!("INSERT INTO {table} DEFAULT VALUES")).await;
            refusal(format!("UPDATE {table} SET {column} = DEFAULT")).await;
            refusal(format!("DELETE FROM {table}")).await;
            refusal(format!("TRUNCATE {table}")).await;
        }
        refusal(format!("CREATE TABLE {}.of_a_stranger ()", schema.name)).await;
        pool.close().await;
    }
    owner.close().await;
}

/// PostgreSQL's code for "you may not" (`insufficient_privilege`).
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// The name of the migrated database with these schemas; the first test that needs it makes it.
async fn template(schemas: &[&'static Schema]) -> String {
    static TEMPLATES: Mutex<Option<HashMap<Vec<&'static str>, String>>> = Mutex::const_new(None);
    let mut templates = TEMPLATES.lock().await;
    let templates = templates.get_or_insert_default();
    let names: Vec<&'static str> = schemas.iter().map(|schema| schema.name).collect();
    if let Some(template) = templates.get(&names) {
        return template.clone();
    }
    let template = next_name("template");
    execute(&format!("CREATE DATABASE {template}")).await;
    migrate(&connect_to(&template), schemas).await.expect("the template database can be migrated");
    templates.insert(names, template.clone());
    template
}

fn next_name(kind: &str) -> String {
    format!("{kind}_{}", NAMED.fetch_add(1, Ordering::Relaxed))
}

fn connect_to(database: &str) -> Database {
    let mut url: Url = server().database_url().parse().expect("the server's address is a URL");
    url.set_path(database);
    let url = url.as_str().parse().expect("the address of the database");
    Database::new(&url, CONNECTIONS_MAX).expect("the address of the database")
}

/// The one server of this process. It is never dropped: it ends with the process.
fn server() -> &'static ThrowAway {
    static SERVER: OnceLock<ThrowAway> = OnceLock::new();
    SERVER.get_or_init(|| ThrowAway::start_postgres_only().expect("a throw-away PostgreSQL"))
}

async fn execute(statement: &str) {
    let mut connection = PgConnection::connect(&server().database_url()).await.expect("the throw-away PostgreSQL answers");
    connection.execute(AssertSqlSafe(statement)).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    connection.close().await.expect("the connection closes");
}
