use contracts::Field;
use leptos::prelude::*;

use crate::{error::AppError, i18n::locale};

/// Something to fill in, with its label, a hint, and what is wrong with what was filled in.
#[component]
pub(crate) fn TextField(
    /// What of the published language is filled in: errors speak of it.
    field: Field,
    /// The field's name in the form, and its id.
    name: &'static str,
    /// What belongs here.
    label: &'static str,
    /// A sentence more about it.
    #[prop(optional, into)]
    hint: Option<Oco<'static, str>>,
    /// The kind of input, which decides what keyboard a phone shows.
    #[prop(default = "text")]
    kind: &'static str,
    /// How many lines of text are shown, where there may be several.
    #[prop(optional)]
    rows: Option<&'static str>,
    /// Whether it has to be filled in.
    #[prop(default = true)]
    required: bool,
    /// What browsers may fill in by themselves.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What is filled in at first, and after the form is emptied.
    #[prop(into)]
    value: Signal<String>,
    /// What came of sending the form, where it went wrong.
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let locale = locale();
    let problem = Signal::derive(move || error.get().and_then(|error| error.message_at(field, locale)));
    let is_invalid = move || problem.with(Option::is_some).to_string();
    let hint_id = [name, "-hint"].concat();
    let problem_id = [name, "-problem"].concat();
    let described_by = match hint {
        Some(_) => [problem_id.as_str(), " ", &hint_id].concat(),
        None => problem_id.clone(),
    };
    let hint = hint.map(|hint| {
        view! {
            <span id=hint_id class="field-hint">
                {hint}
            </span>
        }
    });
    let control = match rows {
        None => view! {
            <input
                id=name
                name=name
                type=kind
                value=move || value.get()
                autocomplete=autocomplete
                required=required
                aria-invalid=is_invalid
                aria-describedby=described_by
            />
        }
        .into_any(),
        Some(rows) => view! {
            <textarea
                id=name
                name=name
                rows=rows
                autocomplete=autocomplete
                required=required
                aria-invalid=is_invalid
                aria-describedby=described_by
                inner_html=move || as_markup(&value.read())
            ></textarea>
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {control}
            {hint}
            <p id=problem_id class="field-problem" aria-live="polite">
                {problem}
            </p>
        </div>
    }
}

/// The text as it stands inside a `<textarea>`. Leptos writes the children of one as they are. The line break before it is dropped by
/// browsers, in place of one that the text may begin with.
fn as_markup(text: &str) -> String {
    ["\n", &text.replace('&', "&amp;").replace('<', "&lt;")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_inside_its_field() {
        assert_eq!(as_markup("</textarea><b>&lt;"), "\n&lt;/textarea>&lt;b>&amp;lt;");
    }
}
