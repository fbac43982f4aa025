//! The generator seen from outside: language files in, Rust or clear problems out.

use std::fs;

use i18n::generator::{GenerateError, compile};

/// Compiles two language files; problems come back as the lines a developer would read.
fn compile_texts(english: &str, russian: &str) -> Result<String, Vec<String>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("en.toml"), english).expect("the file is written");
    fs::write(folder.path().join("ru.toml"), russian).expect("the file is written");
    compile(folder.path()).map_err(|error| match error {
        GenerateError::Problems(problems) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("unexpected: {other}"),
    })
}

#[track_caller]
fn assert_problems(english: &str, russian: &str, expected: &[&str]) {
    assert_eq!(compile_texts(english, russian).expect_err("the files are wrong"), expected);
}

#[track_caller]
fn assert_generates(code: &str, expected: &str) {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeeze(code).contains(&squeeze(expected)), "{expected}\nis not in\n{code}");
}

#[test]
fn a_text_becomes_a_function_that_costs_nothing() {
    let code = compile_texts("[home]\ntitle = 'Welcome'", "[home]\ntitle = 'Привет'").expect("the files agree");
    assert_generates(&code, "pub(crate) const fn home(self) -> HomeText { HomeText(self.0) }");
    assert_generates(
        &code,
        "/// `Welcome`
         pub(crate) const fn title(self) -> &'static str {
             match self.0 { Locale::En => \"Welcome\", Locale::Ru => \"Привет\", }
         }",
    );
}

#[test]
fn languages_with_the_same_text_share_an_arm() {
    let code = compile_texts("name = 'aTES'", "name = 'aTES'").expect("the files agree");
    assert_generates(&code, "match self.0 { Locale::En | Locale::Ru => \"aTES\", }");
}

#[test]
fn a_placeholder_becomes_a_parameter() {
    let code = compile_texts("a = 'Hi, {name}!'", "a = '{name}'").expect("the files agree");
    assert_generates(
        &code,
        "pub(crate) fn a(self, name: &str) -> String {
             match self.0 { Locale::En => [\"Hi, \", name, \"!\"].concat(), Locale::Ru => [name].concat(), }
         }",
    );
}

#[test]
fn a_plural_takes_a_number_and_chooses_by_category() {
    let code = compile_texts(
        "tasks = { one = 'One task', other = '{count} tasks' }",
        "tasks = { one = '{count} задача', few = '{count} задачи', many = '{count} задач', other = '{count} задачи' }",
    )
    .expect("the files agree");
    assert_generates(
        &code,
        "pub(crate) fn tasks(self, count: u64) -> String {
             let form = ::i18n::Plural::of(self.0, count);
             let count = ::i18n::integer(self.0, count);
             let count = count.as_str();
             match (self.0, form) {
                 (Locale::En, ::i18n::Plural::One) => \"One task\".to_owned(),
                 (Locale::En, ::i18n::Plural::Few | ::i18n::Plural::Many | ::i18n::Plural::Other) => [count, \" tasks\"].concat(),
                 (Locale::Ru, ::i18n::Plural::One) => [count, \" задача\"].concat(),
                 (Locale::Ru, ::i18n::Plural::Few | ::i18n::Plural::Other) => [count, \" задачи\"].concat(),
                 (Locale::Ru, ::i18n::Plural::Many) => [count, \" задач\"].concat(), }
         }",
    );
}

#[test]
fn a_key_that_one_language_lacks_is_named() {
    assert_problems("[home]\na = 'A'\nb = 'B'", "[home]\na = 'А'", &["ru.toml: `home.b`: is missing"]);
    assert_problems("a = 'A'", "a = 'А'\nb = { c = 'В' }", &["en.toml: `b`: is missing"]);
}

#[test]
fn placeholders_must_be_the_same_in_all_languages() {
    assert_problems("a = '{name}'", "a = '{nmae}'", &["ru.toml: `a`: takes {nmae}, but in en {name}"]);
    assert_problems("a = '{name}'", "a = 'А'", &["ru.toml: `a`: takes no placeholders, but in en {name}"]);
}

#[test]
fn a_name_means_the_same_kind_of_thing_in_all_languages() {
    assert_problems("a = 'A'", "a = { b = 'Б' }", &["ru.toml: `a`: is a section, but in en a text"]);
}

#[test]
fn plural_categories_are_those_of_the_language() {
    let russian = "a = { one = '1', few = '2', many = '5', other = '1,5' }";
    assert_problems("a = { one = '1', few = '2', other = '5' }", russian, &["en.toml: `a`: `few` is no plural category of this language"]);
    assert_problems("a = { other = '5' }", russian, &["en.toml: `a`: the plural category `one` is missing"]);
    assert_problems(
        "a = { one = '1', other = '5' }",
        "a = { one = '1', few = '2', mani = '5', other = '1,5' }",
        &["ru.toml: `a`: `mani` is no plural category of this language", "ru.toml: `a`: the plural category `many` is missing"],
    );
}

#[test]
fn all_problems_of_a_file_are_reported_at_once() {
    assert_problems(
        "A = 'x'\nb = 1\nc = '{'",
        "",
        &[
            "en.toml: `A`: use small letters, digits and `_`, and no word reserved by Rust",
            "en.toml: `b`: a text or a table belongs here, not integer",
            "en.toml: `c`: a brace has no partner (texts hold no literal braces)",
        ],
    );
}

#[test]
fn a_file_that_is_not_toml_is_named() {
    let problems = compile_texts("a = ", "").expect_err("the file is broken");
    assert!(problems.iter().any(|problem| problem.starts_with("en.toml: ")), "{problems:?}");
}
