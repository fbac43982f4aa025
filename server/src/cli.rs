//! The command line of `ates`. What it prints for people goes to standard output, what it logs to standard error.

use std::io::{self, Write as _};

use anyhow::{Context as _, anyhow};
use app::i18n::explain;
use clap::{Parser, Subcommand};
use contracts::{Locale, ServiceError};
use live::HintChannel;
use platform::{config::Config, database::Database, randomness::Randomness, telemetry};
use wiring::Services;

use crate::{
    analytics_command::AnalyticsCommand,
    audit_command, background,
    bus_command::BusCommand,
    company_clock,
    export_command::ExportOptions,
    payroll_command::PayrollCommand,
    post_office::post_office,
    serve::{self, ServeOptions},
    servers::Servers,
    task_command::TaskCommand,
    user_command::UserCommand,
};

/// aTES, a task exchange for a company whose employees are parrots.
#[derive(Debug, Parser)]
#[command(name = "ates", version)]
pub(crate) struct Ates {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API, and work in the background (the default)
    Serve(ServeOptions),
    /// Only work in the background: relay, workers
    Jobs,
    /// Bring the database to this program's version
    Migrate,
    /// List employees and change their roles
    #[command(subcommand)]
    User(UserCommand),
    /// Look at the event bus, retry and discard dead letters
    #[command(subcommand)]
    Bus(BusCommand),
    /// Recompute the books from the ledger and the events, and say where they differ
    Audit,
    /// Pay everybody, and look at what was paid
    #[command(subcommand)]
    Payroll(PayrollCommand),
    /// Give every open task to a random employee, and look at how that went
    #[command(subcommand)]
    Task(TaskCommand),
    /// Tell what the company earned day by day, and build these figures once more
    #[command(subcommand)]
    Analytics(AnalyticsCommand),
    /// Write what happened, as CloudEvents, for a data warehouse
    Export(ExportOptions),
    /// Print the configuration in force, secrets masked
    Config {
        /// Print a documented configuration file to start from instead
        #[arg(long)]
        template: bool,
    },
}

impl Ates {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.command.unwrap_or(Command::Serve(ServeOptions::default())) {
            Command::Config { template: true } => print(&Config::template()),
            Command::Config { template: false } => print(&toml::to_string(&Config::load()?).context("the configuration is not TOML")?),
            Command::Serve(options) => in_runtime(async |config| serve::serve(config, options).await),
            Command::Jobs => in_runtime(background::work),
            Command::Migrate => {
                in_runtime(async |config| on_database(&config, async |_, _| Ok("The database is up to date.\n".to_owned())).await)
            }
            Command::User(command) => with_services(async |services| command.run(services).await),
            Command::Bus(command) => with_services(async |services| command.run(services).await),
            Command::Audit => {
                in_runtime(async |config| on_database(&config, async |database, _| audit_command::run(database, &config).await).await)
            }
            Command::Payroll(command) => with_services(async |services| command.run(services).await),
            Command::Task(command) => with_services(async |services| command.run(services).await),
            Command::Analytics(command) => with_services(async |services| command.run(services).await),
            Command::Export(options) => export(&options),
        }
    }
}

/// Runs `command` on a database that is up to date and prints what it answers.
async fn on_database(config: &Config, command: impl AsyncFnOnce(&Database, &Servers) -> anyhow::Result<String>) -> anyhow::Result<()> {
    let servers = Servers::start(config).await?;
    let answer = async {
        let database = Database::new(servers.database_url(), config.database.connections_max)?;
        platform::database::migrate(&database, &wiring::SCHEMAS).await?;
        command(&database, &servers).await
    };
    let answer = answer.await;
    servers.stop().await?;
    print(&answer?)
}

/// Runs `command` with the services on a database that is up to date and prints what it answers.
fn with_services(command: impl AsyncFnOnce(&Services) -> anyhow::Result<String>) -> anyhow::Result<()> {
    in_runtime(async |config| {
        let on_services = async |database: &Database, servers: &Servers| {
            company_clock::check(database, servers).await?;
            let services = Services::new(database, &config, &Randomness::from_system()?, post_office(&config)?);
            let hint_channel = HintChannel::new(servers.redis_url())?;
            let answer = live::publishing(hint_channel, services.hints.clone(), command(&services)).await;
            services.close().await;
            answer
        };
        on_database(&config, on_services).await
    })
}

/// Writes events where the options say, and how far it came to standard error: standard output may be the events' own.
fn export(options: &ExportOptions) -> anyhow::Result<()> {
    options.check()?;
    in_runtime(async |config| {
        let on_clock = async |database: &Database, servers: &Servers| {
            company_clock::check(database, servers).await?;
            if let Some(told) = options.run(database).await? {
                tell(&told);
            }
            Ok(String::new())
        };
        on_database(&config, on_clock).await
    })
}

/// Loads the configuration, starts logging and runs `command` to its end.
fn in_runtime(command: impl AsyncFnOnce(Config) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::start(&config.logging)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the async runtime cannot start")?.block_on(command(config))
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().write_all(text.as_bytes()).context("standard output cannot be written")
}

/// Why a service refused, for whoever runs the command.
pub(crate) fn in_words(error: &ServiceError) -> anyhow::Error {
    anyhow!(explain(error, Locale::En))
}

/// Says why the command failed, with every cause, in one line.
pub(crate) fn complain(error: &anyhow::Error) {
    tell(&format!("{error:#}"));
}

fn tell(text: &str) {
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "ates: {text}");
}
