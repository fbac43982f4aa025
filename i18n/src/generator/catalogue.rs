use std::{collections::BTreeMap, fmt};

use contracts::Locale;
use toml::{Table, Value};

use super::{
    problem::Problem,
    template::{Template, is_name},
};
use crate::Plural;

/// A table that has one of these keys is a plural, not a section; so they name nothing else.
const CLDR_CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// All texts of one language.
pub(super) struct Catalogue {
    pub(super) locale: Locale,
    pub(super) texts: Section,
}

/// Texts and sections by name.
pub(super) type Section = BTreeMap<String, Entry>;

/// What a name stands for.
pub(super) enum Entry {
    Section(Section),
    Text(Template),
    Plural(Vec<(Plural, Template)>),
}

impl Entry {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Section(_) => "a section",
            Self::Text(_) => "a text",
            Self::Plural(_) => "a plural",
        }
    }
}

/// A dotted path to a text, for error messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn join(&self, name: &str) -> Self {
        if self.0.is_empty() { Self(name.to_owned()) } else { Self(format!("{}.{name}", self.0)) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Catalogue {
    /// Reads a language file. All that is wrong with it goes into `problems`, not only the first thing.
    pub(super) fn read(locale: Locale, source: &str, problems: &mut Vec<Problem>) -> Self {
        let mut reader = Reader { locale, problems };
        let texts = match source.parse::<Table>() {
            Ok(table) => reader.section(&Key::default(), table),
            Err(error) => {
                reader.report(&Key::default(), error.to_string());
                Section::new()
            }
        };
        Self { locale, texts }
    }
}

struct Reader<'problems> {
    locale: Locale,
    problems: &'problems mut Vec<Problem>,
}

impl Reader<'_> {
    fn report(&mut self, key: &Key, message: String) {
        self.problems.push(Problem::new(self.locale, key, message));
    }

    fn section(&mut self, key: &Key, table: Table) -> Section {
        let mut section = Section::new();
        for (name, value) in table {
            let key = key.join(&name);
            if !is_name(&name) {
                self.report(&key, "use small letters, digits and `_`, and no word reserved by Rust".to_owned());
            } else if let Some(entry) = self.entry(&key, value) {
                section.insert(name, entry);
            }
        }
        section
    }

    fn entry(&mut self, key: &Key, value: Value) -> Option<Entry> {
        match value {
            Value::String(text) => self.template(key, &text).map(Entry::Text),
            Value::Table(table) if table.keys().any(|name| CLDR_CATEGORIES.contains(&name.as_str())) => {
                Some(Entry::Plural(self.plural(key, &table)))
            }
            Value::Table(table) => Some(Entry::Section(self.section(key, table))),
            other => {
                self.report(key, format!("a text or a table belongs here, not {}", other.type_str()));
                None
            }
        }
    }

    fn plural(&mut self, key: &Key, table: &Table) -> Vec<(Plural, Template)> {
        let categories = Plural::all(self.locale);
        for name in table.keys() {
            if !categories.iter().any(|category| category.name() == name) {
                self.report(key, format!("`{name}` is no plural category of this language"));
            }
        }
        let mut forms = Vec::new();
        for &category in categories {
            match table.get(category.name()) {
                Some(Value::String(text)) => forms.extend(self.template(key, text).map(|template| (category, template))),
                Some(_) => self.report(key, format!("the plural category `{}` must be a text", category.name())),
                None => self.report(key, format!("the plural category `{}` is missing", category.name())),
            }
        }
        forms
    }

    fn template(&mut self, key: &Key, text: &str) -> Option<Template> {
        Template::parse(text).map_err(|error| self.report(key, error.to_string())).ok()
    }
}
