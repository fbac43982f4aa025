//! `cargo xtask`: the chores of this repository, one command each.
//!
//! Everything a person or CI does with a fresh clone goes through here, so that both do the same. The program itself runs under
//! whatever Rust the user has; [`setup`] then finds or makes the tool chain that builds the product.

mod architecture;
mod arguments;
mod build;
mod child;
mod console;
mod environment;
mod libtest;
mod prepare;
mod quick;
mod repository;
mod run;
mod setup;
mod stages;
mod stamp;
mod summary;
mod trial;

use std::process::ExitCode;

use anyhow::Result;

use crate::{arguments::Chore, repository::Repository, setup::Purpose};

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)).and_then(perform) {
        Ok(code) => code,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn perform(chore: Chore) -> Result<ExitCode> {
    let repository = Repository::of_this_program();
    match chore {
        Chore::Setup { system_only: true } => setup::system_only(&repository)?,
        Chore::Setup { system_only: false } => drop(setup::perform(&repository, Purpose::Test)?),
        Chore::Run { demo } => run::build_and_serve(&repository, demo)?,
        Chore::Watch => run::watch(&repository)?,
        Chore::Check => quick::check(&repository)?,
        Chore::TestPackage { package } => quick::test_package(&repository, &package)?,
        Chore::TestSpec { spec } => quick::end_to_end(&repository, &spec)?,
        Chore::Test { only } => return stages::perform(&repository, &only),
        Chore::Trial { program, arguments } => return trial::perform(&repository, program, &arguments),
        Chore::Prepare => prepare::renew(&repository)?,
        Chore::ListStages => console::say!("{}", stages::list()),
        Chore::CheckArchitecture => drop(architecture::check(&repository)?),
        Chore::Help => console::say!("{}", arguments::HELP),
    }
    Ok(ExitCode::SUCCESS)
}
