//! `ates user …`: what an operator does with people, on the machine itself.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use contracts::{Actor, Role, UserId, auth::PeopleQuery};
use wiring::Services;

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List the employees: id, role, name, e-mail address
    List {
        /// Only those whose name or address holds this
        #[arg(long)]
        search: Option<String>,
    },
    /// Give an employee another role
    SetRole {
        /// The employee's e-mail address or id
        who: String,
        /// worker, accountant, manager or admin
        role: Role,
    },
}

impl UserCommand {
    /// Does it; answers what to print.
    pub(crate) async fn run(self, services: &Services) -> anyhow::Result<String> {
        match self {
            Self::List { search } => list(services, search).await,
            Self::SetRole { who, role } => {
                let user_id = find(services, &who).await?;
                let profile = services.auth.set_role(Actor::Operator, user_id, role).await?;
                Ok(format!("{} is {role} now.\n", profile.user.display_name))
            }
        }
    }
}

async fn list(services: &Services, search: Option<String>) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    let mut query = PeopleQuery { search, ..PeopleQuery::default() };
    loop {
        let page = services.auth.people(Actor::Operator, query.clone()).await?;
        lines.extend(page.iter().map(|profile| {
            let user = &profile.user;
            format!("{}  {:<10}  {}  <{}>\n", user.user_id, user.role.name(), user.display_name, profile.email)
        }));
        match page.last() {
            Some(last) if page.len() == query.limit => query.after = Some(last.user.user_id),
            _ => return Ok(lines.concat()),
        }
    }
}

/// The employee that the operator means: by id, else by address.
async fn find(services: &Services, who: &str) -> anyhow::Result<UserId> {
    if let Ok(user_id) = who.parse() {
        return Ok(user_id);
    }
    let query = PeopleQuery { search: Some(who.to_owned()), ..PeopleQuery::default() };
    let found = services.auth.people(Actor::Operator, query).await.context("the employees cannot be listed")?;
    match found.iter().find(|profile| profile.email.eq_ignore_ascii_case(who)) {
        Some(profile) => Ok(profile.user.user_id),
        None => bail!("nobody has the address or id {who}: `ates user list` shows everybody"),
    }
}
