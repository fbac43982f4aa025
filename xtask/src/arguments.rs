//! The command line of `cargo xtask`.

use anyhow::{Result, bail};

pub(crate) const HELP: &str = "\
The chores of this repository.

  cargo xtask run                     set up, build, start the servers it needs and serve http://127.0.0.1:3000
  cargo xtask run --demo              the same with a small company to look at, in a data folder of its own
  cargo xtask watch                   set up and `cargo leptos watch`: build for development, again after every change
  cargo xtask test                    set up and run every stage of the tests, as CI does
  cargo xtask test --only A[,B]       run these stages and what they need
  cargo xtask test --list             name the stages
  cargo xtask check                   while you work: formatting and lints, in the development profile
  cargo xtask test --only test --package P
                                      while you work: the tests of one crate, in the development profile
  cargo xtask test --only e2e --spec S
                                      while you work: the browser tests of the files that are named like S
  cargo xtask storm --seed S --events N --faults F
                                      set up and let a storm of faults loose on the event bus, then check the books
  cargo xtask bench bus               set up and measure the event bus on durable servers, beside its ceiling
  cargo xtask bench ledger            the same for the ledger itself: postings, payroll, audit
  cargo xtask bench tracker           the same for reassign runs, and for everybody else meanwhile
  cargo xtask bench analytics         the same for analytics: events taken in, a rebuild, the dashboard
  cargo xtask beak train --photos DIR set up and find the numbers that decide about beaks; writes beak/head.bin
  cargo xtask beak evaluate --photos DIR [--report FILE]
                                      how well those numbers do on other photos
  cargo xtask setup                   only set up: tool chain, tools, system packages
  cargo xtask setup --system          only what needs an administrator (system packages and Debian's tool chain)
  cargo xtask prepare                 renew .sqlx, the description of every SQL statement, on a throw-away PostgreSQL
  cargo xtask check-architecture      who may depend on whom, what may not reach the browser, settings said twice
  cargo xtask help                    this text

Every step that is already done is skipped. Without the rights for a step, it says what an administrator has to do.";

/// What the user wants done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    Setup {
        system_only: bool,
    },
    Run {
        demo: bool,
    },
    Watch,
    /// All stages when `only` is empty.
    Test {
        only: Vec<String>,
    },
    ListStages,
    Check,
    TestPackage {
        package: String,
    },
    TestSpec {
        spec: String,
    },
    /// A program that tries the product; it reads its arguments itself.
    Trial {
        program: &'static str,
        arguments: Vec<String>,
    },
    Prepare,
    CheckArchitecture,
    Help,
}

/// Parses the arguments after `cargo xtask`.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Chore> {
    let arguments: Vec<String> = arguments.collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(match words.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => Chore::Help,
        ["setup"] => Chore::Setup { system_only: false },
        ["setup", "--system"] => Chore::Setup { system_only: true },
        ["run"] => Chore::Run { demo: false },
        ["run", "--demo"] => Chore::Run { demo: true },
        ["watch"] => Chore::Watch,
        ["test"] => Chore::Test { only: Vec::new() },
        ["check"] => Chore::Check,
        ["test", "--only", "test", "--package", package] => Chore::TestPackage { package: (*package).to_owned() },
        ["test", "--only", "e2e", "--spec", spec] => Chore::TestSpec { spec: (*spec).to_owned() },
        ["test", "--only", stages] => Chore::Test { only: comma_separated(stages) },
        ["test", only] if only.starts_with("--only=") => Chore::Test { only: comma_separated(&only["--only=".len()..]) },
        ["test", "--list"] => Chore::ListStages,
        ["storm", ..] => Chore::Trial { program: "storm", arguments: arguments[1..].to_vec() },
        ["beak", ..] => Chore::Trial { program: "trainer", arguments: arguments[1..].to_vec() },
        ["bench", ..] => Chore::Trial { program: "bench", arguments: arguments[1..].to_vec() },
        ["prepare"] => Chore::Prepare,
        ["check-architecture"] => Chore::CheckArchitecture,
        _ => bail!("`{}` is not a command. Commands:\n\n{HELP}", words.join(" ")),
    })
}

fn comma_separated(names: &str) -> Vec<String> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Chore, parse};

    fn parsed(line: &str) -> anyhow::Result<Chore> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn stages_are_named_with_commas() -> anyhow::Result<()> {
        let expected = Chore::Test { only: vec!["fmt".to_owned(), "e2e".to_owned()] };
        assert_eq!(parsed("test --only fmt,e2e")?, expected);
        assert_eq!(parsed("test --only=fmt,e2e")?, expected);
        Ok(())
    }

    #[test]
    fn a_part_of_a_stage_is_tested_by_itself() -> anyhow::Result<()> {
        assert_eq!(parsed("test --only test --package tracker")?, Chore::TestPackage { package: "tracker".to_owned() });
        assert_eq!(parsed("test --only e2e --spec tasks")?, Chore::TestSpec { spec: "tasks".to_owned() });
        assert!(parsed("test --only fmt --package tracker").is_err());
        Ok(())
    }

    #[test]
    fn programs_that_try_the_product_read_their_arguments_themselves() -> anyhow::Result<()> {
        let arguments = ["--seed", "7", "--faults", "20"].map(str::to_owned).to_vec();
        assert_eq!(parsed("storm --seed 7 --faults 20")?, Chore::Trial { program: "storm", arguments });
        assert_eq!(parsed("bench bus")?, Chore::Trial { program: "bench", arguments: vec!["bus".to_owned()] });
        let arguments = ["ledger", "--entries", "10000"].map(str::to_owned).to_vec();
        assert_eq!(parsed("bench ledger --entries 10000")?, Chore::Trial { program: "bench", arguments });
        Ok(())
    }

    #[test]
    fn a_company_to_look_at_is_asked_for() -> anyhow::Result<()> {
        assert_eq!(parsed("run")?, Chore::Run { demo: false });
        assert_eq!(parsed("run --demo")?, Chore::Run { demo: true });
        assert!(parsed("run --dmeo").is_err());
        Ok(())
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_list_of_commands() {
        let refusal = parsed("deploy now").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refusal.contains("`deploy now` is not a command"), "{refusal}");
        assert!(refusal.contains("cargo xtask run"), "{refusal}");
    }
}
