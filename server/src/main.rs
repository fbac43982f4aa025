//! `ates`: the task exchange of a company of parrots, as one program.

mod analytics_command;
mod api;
mod assets;
mod audit_command;
mod background;
mod bus_command;
mod bus_notice;
mod bus_report;
mod changes;
mod cli;
mod company_clock;
mod demo_company;
mod drain;
mod export_command;
mod health;
mod log_in;
mod pages;
mod payroll_command;
mod photo_upload;
mod post_office;
mod refusal;
mod router;
mod security;
mod serve;
mod servers;
mod session;
mod shutdown;
mod site;
mod task_command;
mod user_command;

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
