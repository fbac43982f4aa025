use std::{
    collections::BTreeSet,
    fmt::{Arguments, Write as _},
};

use super::{
    agreement::{COUNT, parameters},
    arms::arms,
    catalogue::{Catalogue, Entry, Key, Section},
    template::{Part, Template},
};

/// Writes the code for languages that have been found to agree.
pub(super) fn write(catalogues: &[Catalogue]) -> String {
    let mut code = String::from("use ::contracts::Locale;\n");
    let languages = catalogues.iter().map(|catalogue| Language { variant: pascal_case(catalogue.locale.tag()), texts: &catalogue.texts });
    write_section(&mut code, &Key::default(), "Text", &languages.collect::<Vec<_>>());
    code.push_str("impl From<Locale> for Text {\n    fn from(locale: Locale) -> Self {\n        Self(locale)\n    }\n}\n");
    code
}

/// One section in one language.
struct Language<'catalogue> {
    /// The language's variant of `Locale`.
    variant: String,
    texts: &'catalogue Section,
}

/// What one entry is in every language: the variant of `Locale`, and the entry.
pub(super) type Translations<'catalogue> = Vec<(&'catalogue str, &'catalogue Entry)>;

fn write_section(code: &mut String, section_key: &Key, type_name: &str, languages: &[Language<'_>]) {
    let Some(first) = languages.first() else { return };
    let mut methods = String::new();
    let mut subsections = String::new();
    for name in first.texts.keys() {
        let key = section_key.join(name);
        let translations: Translations<'_> =
            languages.iter().filter_map(|language| Some((language.variant.as_str(), language.texts.get(name)?))).collect();
        match first.texts.get(name) {
            Some(Entry::Section(_)) => {
                let subsection = format!("{}Text", pascal_case(&key.to_string()));
                push(&mut methods, format_args!("    /// The section `{key}`."));
                push(&mut methods, format_args!("    pub(crate) const fn {name}(self) -> {subsection} {{ {subsection}(self.0) }}"));
                let languages = translations.iter().filter_map(|(variant, entry)| match entry {
                    Entry::Section(texts) => Some(Language { variant: (*variant).to_owned(), texts }),
                    Entry::Text(_) | Entry::Plural(_) => None,
                });
                write_section(&mut subsections, &key, &subsection, &languages.collect::<Vec<_>>());
            }
            Some(entry) => write_function(&mut methods, name, entry, &translations),
            None => {}
        }
    }
    let described = if section_key == &Key::default() { "the pages".to_owned() } else { format!("`{section_key}`") };
    push(code, format_args!("/// The texts of {described}, in one language."));
    push(code, format_args!("#[derive(Debug, Clone, Copy, PartialEq, Eq)]"));
    push(code, format_args!("pub(crate) struct {type_name}(Locale);"));
    push(code, format_args!("impl {type_name} {{\n{methods}}}"));
    code.push_str(&subsections);
}

fn write_function(code: &mut String, name: &str, entry: &Entry, translations: &Translations<'_>) {
    let names = parameters(entry);
    let arguments: String = names.iter().flat_map(|name| [", ", name, ": &str"]).collect();
    push(code, format_args!("    /// `{}`", documentation(entry).replace('`', "'")));
    if let Entry::Plural(_) = entry {
        push(code, format_args!("    pub(crate) fn {name}(self, {COUNT}: u64{arguments}) -> String {{"));
        push(code, format_args!("        let form = ::i18n::Plural::of(self.0, {COUNT});"));
        if translations.iter().any(|(_, entry)| shows_count(entry)) {
            push(code, format_args!("        let {COUNT} = ::i18n::integer(self.0, {COUNT});"));
            push(code, format_args!("        let {COUNT} = {COUNT}.as_str();"));
        }
        push(code, format_args!("        match (self.0, form) {{"));
    } else {
        let signature = if names.is_empty() { "const fn" } else { "fn" };
        let returned = if names.is_empty() { "&'static str" } else { "String" };
        push(code, format_args!("    pub(crate) {signature} {name}(self{arguments}) -> {returned} {{"));
        push(code, format_args!("        match self.0 {{"));
    }
    for arm in arms(translations) {
        push(code, format_args!("            {arm}"));
    }
    push(code, format_args!("        }}\n    }}"));
}

fn shows_count(entry: &Entry) -> bool {
    matches!(entry, Entry::Plural(forms) if forms.iter().any(|(_, template)| template.placeholders().contains(COUNT)))
}

/// What stands in the file, for the function's documentation.
fn documentation(entry: &Entry) -> String {
    let source = |template: &Template| -> String {
        let parts = template.parts().iter().map(|part| match part {
            Part::Literal(text) => text.replace('\n', " "),
            Part::Placeholder(name) => format!("{{{name}}}"),
        });
        parts.collect()
    };
    match entry {
        Entry::Section(_) => String::new(),
        Entry::Text(template) => source(template),
        Entry::Plural(forms) => {
            forms.iter().map(|(_, template)| source(template)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" / ")
        }
    }
}

fn push(code: &mut String, line: Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(code, "{line}");
}

/// `home.first_steps` → `HomeFirstSteps`.
pub(super) fn pascal_case(name: &str) -> String {
    name.split(['.', '_'])
        .flat_map(|word| {
            let mut characters = word.chars();
            characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters)
        })
        .collect()
}
