//! `ates`: the task exchange of a company of parrots, as one program.

mod assets;
mod cli;
mod health;
mod pages;
mod router;
mod security;
mod serve;
mod servers;
mod shutdown;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Ates::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
