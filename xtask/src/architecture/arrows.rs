//! Who may depend on whom among our own crates.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// What a crate may depend on. A crate that is not in the table is a fault: whoever adds one says here where it belongs.
struct Rule {
    name: &'static str,
    /// In the program.
    uses: &'static [&'static str],
    /// In build scripts.
    builds_with: &'static [&'static str],
    /// In tests, besides `uses`.
    tests_with: &'static [&'static str],
}

const NONE: Rule = Rule { name: "", uses: &[], builds_with: &[], tests_with: &[] };
const SERVICE: Rule = Rule { uses: &["contracts", "platform"], tests_with: &["testdb"], ..NONE };

/// The whole law. `frontend` → `app` → `contracts`; `server`, `jobs` → `wiring` → services → `contracts`, `platform`.
/// A service never depends on another one: it is handed ports, which are traits of `contracts`, by `wiring`.
const RULES: &[Rule] = &[
    Rule { name: "contracts", ..NONE },
    Rule { name: "beak", ..NONE },
    Rule { name: "embedded", ..NONE },
    Rule { name: "i18n", uses: &["contracts"], ..NONE },
    Rule { name: "platform", uses: &["contracts"], tests_with: &["testdb"], ..NONE },
    Rule { name: "accounting", ..SERVICE },
    Rule { name: "analytics", ..SERVICE },
    Rule { name: "auth", uses: &["beak", "contracts", "platform"], ..SERVICE },
    Rule { name: "tracker", ..SERVICE },
    Rule { name: "wiring", uses: &["accounting", "analytics", "auth", "contracts", "platform", "tracker"], ..NONE },
    // It reads what all services have stored, by SQL, and knows none of them.
    Rule { name: "audit", uses: &["contracts", "platform"], tests_with: &["testbed"], ..NONE },
    Rule { name: "jobs", uses: &["contracts", "platform", "wiring"], tests_with: &["testbed"], ..NONE },
    // Its tests put the portraits before the recogniser, and let the money be booked.
    Rule { name: "demo", uses: &["contracts", "platform", "wiring"], tests_with: &["auth", "testbed"], ..NONE },
    // Its tests send letters to a mail server that misbehaves as it is told.
    Rule { name: "letters", uses: &["contracts", "i18n", "platform"], builds_with: &["i18n"], tests_with: &["testbed"] },
    Rule { name: "export", uses: &["contracts", "platform"], tests_with: &["testdb"], ..NONE },
    Rule { name: "live", uses: &["contracts", "platform"], tests_with: &["testbed"], ..NONE },
    Rule { name: "app", uses: &["contracts", "i18n"], builds_with: &["i18n"], tests_with: &["app"] },
    Rule { name: "frontend", uses: &["app"], ..NONE },
    Rule {
        name: "server",
        uses: &["app", "audit", "contracts", "demo", "embedded", "export", "jobs", "letters", "live", "platform", "wiring"],
        ..NONE
    },
    Rule { name: "xtask", uses: &["embedded"], ..NONE },
    // Tools that try the product, and no part of it: whoever is in the program must not know them.
    Rule { name: "testdb", uses: &["embedded", "platform"], ..NONE },
    Rule { name: "testbed", uses: &["audit", "contracts", "embedded", "jobs", "letters", "platform", "wiring"], ..NONE },
    Rule { name: "trainer", uses: &["beak"], ..NONE },
    Rule { name: "bench", uses: &["audit", "contracts", "platform", "testbed"], ..NONE },
    Rule { name: "storm", uses: &["audit", "contracts", "embedded", "jobs", "platform", "testbed", "wiring"], ..NONE },
];

/// One of our crates and the ones of ours it depends on.
#[derive(Debug)]
pub(super) struct Crate {
    name: String,
    pub(super) uses: Vec<Arrow>,
}

/// A dependency on another of our crates.
#[derive(Debug)]
pub(super) struct Arrow {
    to: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    BuildScript,
    Tests,
}

/// Reads our crates out of what `cargo metadata --no-deps` prints.
pub(super) fn crates(metadata: &Value) -> Result<Vec<Crate>> {
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let all = packages.iter().map(|package| {
        let name = package["name"].as_str().context("a package without a name")?.to_owned();
        let dependencies = package["dependencies"].as_array().context("a package without dependencies")?;
        Ok(Crate { name, uses: dependencies.iter().filter_map(arrow).collect() })
    });
    all.collect()
}

/// Ours is what lies in a folder and does not come from a registry.
fn arrow(dependency: &Value) -> Option<Arrow> {
    let folder = dependency["path"].as_str()?;
    let to = Path::new(folder).file_name()?.to_string_lossy().into_owned();
    let kind = match dependency["kind"].as_str() {
        None => Kind::Program,
        Some("build") => Kind::BuildScript,
        Some(_) => Kind::Tests,
    };
    Some(Arrow { to, kind })
}

/// One sentence for each arrow that points the wrong way and each crate without a rule.
pub(super) fn faults(crates: &[Crate]) -> Vec<String> {
    let mut faults = Vec::new();
    for one in crates {
        let Some(rule) = RULES.iter().find(|rule| rule.name == one.name) else {
            faults.push(format!("`{}` has no rule: say in xtask/src/architecture/arrows.rs what it may depend on", one.name));
            continue;
        };
        faults.extend(one.uses.iter().filter(|arrow| !rule.allows(arrow)).map(|arrow| {
            let place = match arrow.kind {
                Kind::Program => "",
                Kind::BuildScript => " in its build script",
                Kind::Tests => " in its tests",
            };
            format!("`{}` must not depend on `{}`{place}", one.name, arrow.to)
        }));
    }
    faults
}

impl Rule {
    fn allows(&self, arrow: &Arrow) -> bool {
        let to = arrow.to.as_str();
        match arrow.kind {
            Kind::Program => self.uses.contains(&to),
            Kind::BuildScript => self.builds_with.contains(&to),
            Kind::Tests => self.uses.contains(&to) || self.tests_with.contains(&to),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RULES, crates, faults};

    fn package(name: &str, dependencies: &[Value]) -> Value {
        json!({ "name": name, "dependencies": dependencies })
    }

    fn on(name: &str, kind: Option<&str>) -> Value {
        json!({ "name": name, "kind": kind, "path": format!("/home/me/ates/services/{name}") })
    }

    fn faults_of(packages: &[Value]) -> anyhow::Result<Vec<String>> {
        Ok(faults(&crates(&json!({ "packages": packages }))?))
    }

    #[test]
    fn an_arrow_from_a_service_to_another_is_a_fault() -> anyhow::Result<()> {
        let foreign = json!({ "name": "sqlx", "kind": null, "source": "registry" });
        let tracker = package("tracker", &[on("contracts", None), on("auth", None), foreign]);
        assert_eq!(faults_of(&[tracker])?, ["`tracker` must not depend on `auth`"]);
        Ok(())
    }

    #[test]
    fn tests_and_build_scripts_have_rules_of_their_own() -> anyhow::Result<()> {
        let allowed = [package("auth", &[on("testdb", Some("dev"))]), package("app", &[on("i18n", Some("build"))])];
        assert!(faults_of(&allowed)?.is_empty());
        let wrong = [package("auth", &[on("testdb", None)]), package("app", &[on("platform", None), on("testdb", Some("dev"))])];
        assert_eq!(
            faults_of(&wrong)?,
            ["`auth` must not depend on `testdb`", "`app` must not depend on `platform`", "`app` must not depend on `testdb` in its tests",]
        );
        Ok(())
    }

    #[test]
    fn a_new_crate_needs_a_rule() -> anyhow::Result<()> {
        assert!(faults_of(&[package("weather", &[])])?[0].starts_with("`weather` has no rule"));
        Ok(())
    }

    #[test]
    fn only_tests_and_tools_know_the_testbed() -> anyhow::Result<()> {
        assert!(faults_of(&[package("jobs", &[on("testbed", Some("dev"))]), package("storm", &[on("testbed", None)])])?.is_empty());
        assert_eq!(faults_of(&[package("jobs", &[on("testbed", None)])])?, ["`jobs` must not depend on `testbed`"]);
        assert_eq!(faults_of(&[package("server", &[on("storm", None)])])?, ["`server` must not depend on `storm`"]);
        Ok(())
    }

    #[test]
    fn the_rules_speak_of_crates_that_have_a_rule() {
        let known = |name: &&str| RULES.iter().any(|rule| rule.name == *name);
        for rule in RULES {
            assert!([rule.uses, rule.builds_with, rule.tests_with].into_iter().flatten().all(known), "{}", rule.name);
        }
    }
}
