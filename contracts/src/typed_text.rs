//! What every text that a person types has to be: one of the forms below, within its length, and something one can see.

use std::borrow::Cow;

use crate::{Field, FieldProblem, InvalidField};

/// A text in one line: what was typed without the white space around it, 1 to `chars_max` characters.
pub(crate) fn required_line(typed: &str, field: Field, chars_max: usize) -> Result<&str, InvalidField> {
    let text = line(typed, field, chars_max)?;
    required(text, field)?;
    Ok(text)
}

/// A text in one line that may be left out: at most `chars_max` characters, without the white space around it.
pub(crate) fn line(typed: &str, field: Field, chars_max: usize) -> Result<&str, InvalidField> {
    let text = typed.trim();
    within(text, field, chars_max)?;
    without(text, field, |c| c.is_control() || is_line_separator(c) || overrides_direction(c))?;
    Ok(text)
}

/// A text of several lines, 1 to `chars_max` characters: see [`lines`].
pub(crate) fn required_lines(typed: &str, field: Field, chars_max: usize) -> Result<String, InvalidField> {
    let text = lines(typed, field, chars_max)?;
    required(&text, field)?;
    Ok(text)
}

/// A text of several lines that may be left out: at most `chars_max` characters, without the white space around it, its lines parted by `\n`
/// however they were parted before.
pub(crate) fn lines(typed: &str, field: Field, chars_max: usize) -> Result<String, InvalidField> {
    let text = typed.trim().replace("\r\n", "\n").replace(is_line_separator, "\n");
    within(&text, field, chars_max)?;
    without(&text, field, |c| (c.is_control() && c != '\n' && c != '\t') || overrides_direction(c))?;
    Ok(text)
}

/// The text on one line, with a space in place of each character that a terminal, a mail header or a log could take for a command or for
/// the end of the line.
#[must_use]
pub fn harmless_line(text: &str) -> Cow<'_, str> {
    let harms = |c: char| c.is_control() || is_line_separator(c) || overrides_direction(c);
    if text.contains(harms) { text.replace(harms, " ").into() } else { text.into() }
}

fn required(text: &str, field: Field) -> Result<(), InvalidField> {
    if text.chars().any(is_visible) { Ok(()) } else { Err(InvalidField { field, problem: FieldProblem::Missing }) }
}

fn within(text: &str, field: Field, chars_max: usize) -> Result<(), InvalidField> {
    if text.chars().count() > chars_max { Err(InvalidField { field, problem: FieldProblem::TooLong { chars_max } }) } else { Ok(()) }
}

fn without(text: &str, field: Field, refused: impl Fn(char) -> bool) -> Result<(), InvalidField> {
    if text.contains(refused) { Err(InvalidField { field, problem: FieldProblem::ControlCharacters }) } else { Ok(()) }
}

/// Line separator and paragraph separator: line breaks to JavaScript and to some programs, not to others.
const fn is_line_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Explicit directions (Unicode Standard Annex 9, 2.1 to 2.5): they let a text, and whatever follows it on the page, read as another one.
const fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character shows anything: neither white space nor one that fonts leave blank (`Default_Ignorable_Code_Point` of the Unicode
/// Character Database, and the empty braille pattern).
fn is_visible(c: char) -> bool {
    let is_left_blank = matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !c.is_whitespace() && !c.is_control() && !is_left_blank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem<T>(result: Result<T, InvalidField>) -> Option<FieldProblem> {
        result.err().map(|invalid| invalid.problem)
    }

    #[test]
    fn a_text_shows_something() {
        for nothing in ["", " \t", "\u{3000}", "\u{200b}\u{200b}", "\u{3164}", "\u{feff}", "\u{2800}", "\u{ad}", "\u{200d}\u{fe0f}"] {
            assert_eq!(problem(required_line(nothing, Field::Title, 9)), Some(FieldProblem::Missing), "{nothing:?}");
            assert_eq!(problem(required_lines(nothing, Field::Reason, 9)), Some(FieldProblem::Missing), "{nothing:?}");
        }
        for something in ["я", "🦜", "👩‍🌾", "\u{301}e", "…", "Ke\u{200d}sha"] {
            assert_eq!(required_line(something, Field::Title, 9), Ok(something));
        }
        assert_eq!(line(" ", Field::Search, 9), Ok(""));
        assert_eq!(lines("\r\n", Field::Description, 9), Ok(String::new()));
    }

    #[test]
    fn a_line_is_one_line_and_reads_as_it_is_stored() {
        for c in ['\n', '\r', '\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            let typed = format!("a{c}b");
            assert_eq!(problem(line(&typed, Field::Title, 9)), Some(FieldProblem::ControlCharacters), "{c:?}");
            assert_eq!(harmless_line(&typed), "a b", "{c:?}");
        }
        assert_eq!(harmless_line("a b"), "a b");
    }

    #[test]
    fn lines_are_parted_in_one_way() {
        assert_eq!(lines(" a\r\nb\u{2028}c\u{2029}\n\td ", Field::Description, 99).as_deref(), Ok("a\nb\nc\n\n\td"));
        for c in ['\0', '\r', '\u{85}', '\u{202e}', '\u{2067}'] {
            let typed = format!("a{c}b");
            assert_eq!(problem(lines(&typed, Field::Description, 9)), Some(FieldProblem::ControlCharacters), "{c:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(line(" яяя ", Field::Title, 3), Ok("яяя"));
        assert_eq!(problem(line("яяяя", Field::Title, 3)), Some(FieldProblem::TooLong { chars_max: 3 }));
        assert_eq!(problem(lines("яяяя", Field::Reason, 3)), Some(FieldProblem::TooLong { chars_max: 3 }));
    }
}
