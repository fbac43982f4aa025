use super::{
    agreement::parameters,
    catalogue::Entry,
    code::{Translations, pascal_case},
    template::{Part, Template},
};
use crate::Plural;

/// Every category there is: a language's `other` takes in those that it does not tell apart.
const CATEGORIES: [Plural; 4] = [Plural::One, Plural::Few, Plural::Many, Plural::Other];

/// What one expression is the value for: languages, each with plural categories if the text has forms.
type Patterns = Vec<(String, Vec<&'static str>)>;

/// The arms of the `match` that chooses a text. They name all cases, none twice, and equal texts share an arm.
pub(super) fn arms(translations: &Translations<'_>) -> Vec<String> {
    let mut arms: Vec<(Patterns, String)> = Vec::new();
    for (variant, entry) in translations {
        match entry {
            Entry::Section(_) => {}
            Entry::Text(template) => {
                let patterns = patterns_of(&mut arms, expression(template, !parameters(entry).is_empty()));
                patterns.push(((*variant).to_owned(), Vec::new()));
            }
            Entry::Plural(forms) => {
                for category in CATEGORIES {
                    let form = forms.iter().find(|(known, _)| *known == category).or(forms.last());
                    let Some((_, template)) = form else { continue };
                    let patterns = patterns_of(&mut arms, expression(template, true));
                    match patterns.last_mut().filter(|(language, _)| language == variant) {
                        Some((_, categories)) => categories.push(category.name()),
                        None => patterns.push(((*variant).to_owned(), vec![category.name()])),
                    }
                }
            }
        }
    }
    arms.into_iter().map(|(patterns, expression)| format!("{} => {expression},", pattern(&patterns))).collect()
}

fn patterns_of(arms: &mut Vec<(Patterns, String)>, expression: String) -> &mut Patterns {
    let index = arms.iter().position(|(_, known)| *known == expression).unwrap_or_else(|| {
        arms.push((Patterns::new(), expression));
        arms.len() - 1
    });
    &mut arms[index].0
}

fn pattern(patterns: &Patterns) -> String {
    let alternatives = patterns.iter().map(|(variant, categories)| {
        let categories: Vec<String> = categories.iter().map(|name| format!("::i18n::Plural::{}", pascal_case(name))).collect();
        if categories.is_empty() { format!("Locale::{variant}") } else { format!("(Locale::{variant}, {})", categories.join(" | ")) }
    });
    alternatives.collect::<Vec<_>>().join(" | ")
}

fn expression(template: &Template, owned: bool) -> String {
    let literal = |part: &Part| match part {
        Part::Literal(text) => format!("{text:?}"),
        Part::Placeholder(name) => name.clone(),
    };
    match (owned, template.parts()) {
        (_, []) => format!("\"\"{}", if owned { ".to_owned()" } else { "" }),
        (false, parts) => parts.iter().map(literal).collect(),
        (true, [part @ Part::Literal(_)]) => format!("{}.to_owned()", literal(part)),
        (true, parts) => format!("[{}].concat()", parts.iter().map(literal).collect::<Vec<_>>().join(", ")),
    }
}
