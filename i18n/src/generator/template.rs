use std::{collections::BTreeSet, fmt};

/// A text with placeholders: `"{done} of {all}"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Placeholder(String),
}

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateError {
    /// `{` without its `}`, or the other way round.
    UnbalancedBrace,
    /// What stands between the braces cannot be the name of a parameter.
    BadName(String),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnbalancedBrace => write!(formatter, "a brace has no partner (texts hold no literal braces)"),
            Self::BadName(name) => write!(formatter, "`{{{name}}}` is no placeholder: use small letters, digits and `_`"),
        }
    }
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            let (literal, placeholder) = rest.split_at(brace);
            let (name, after) =
                placeholder.strip_prefix('{').and_then(|inner| inner.split_once('}')).ok_or(TemplateError::UnbalancedBrace)?;
            if !is_name(name) {
                return Err(TemplateError::BadName(name.to_owned()));
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(Part::Placeholder(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.0
    }

    pub(super) fn placeholders(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .filter_map(|part| match part {
                Part::Placeholder(name) => Some(name.as_str()),
                Part::Literal(_) => None,
            })
            .collect()
    }
}

/// Whether the word can be the name of a section, a text or a parameter.
pub(super) fn is_name(word: &str) -> bool {
    /// The reserved words of Rust that are made of small letters only.
    const RESERVED: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
        "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
        "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
        "use", "virtual", "where", "while", "yield",
    ];
    let mut characters = word.chars();
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_')
        && !RESERVED.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_literals_and_placeholders() {
        let template = Template::parse("{done} of {all}.").expect("the text is a template");
        let expected =
            [Part::Placeholder("done".into()), Part::Literal(" of ".into()), Part::Placeholder("all".into()), Part::Literal(".".into())];
        assert_eq!(template.parts(), expected);
        assert_eq!(template.placeholders(), BTreeSet::from(["all", "done"]));
    }

    #[test]
    fn lone_braces_are_refused() {
        for text in ["{", "}", "a } b {", "{name", "name}"] {
            assert_eq!(Template::parse(text), Err(TemplateError::UnbalancedBrace), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_named_like_a_parameter() {
        for name in ["", "Name", "first name", "1st", "type", "{"] {
            assert_eq!(Template::parse(&format!("{{{name}}}")), Err(TemplateError::BadName(name.into())), "{name}");
        }
    }
}
