//! Makes typed functions of the texts in `locales/`.

use std::{path::Path, process::ExitCode};

const LOCALES: &str = "locales";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={LOCALES}");
    let Err(error) = i18n::generator::generate(Path::new(LOCALES)) else {
        return ExitCode::SUCCESS;
    };
    for line in error.to_string().lines() {
        println!("cargo::error={LOCALES}/{line}");
    }
    ExitCode::FAILURE
}
