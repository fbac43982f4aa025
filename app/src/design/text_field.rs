use leptos::prelude::*;

/// A line to fill in, with its label, a hint, and what is wrong with what was filled in.
#[component]
pub(crate) fn TextField(
    /// The field's name in the form, and its id.
    name: &'static str,
    /// What belongs here.
    label: &'static str,
    /// A sentence more about it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The kind of input, which decides what keyboard a phone shows.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in by themselves.
    autocomplete: &'static str,
    /// What is filled in at first.
    value: String,
    /// What is wrong, if something is.
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let hint_id = [name, "-hint"].concat();
    let problem_id = [name, "-problem"].concat();
    let hint = hint.map(|hint| {
        view! {
            <span id=hint_id.clone() class="field-hint">
                {hint}
            </span>
        }
    });
    let described_by = match hint {
        Some(_) => [problem_id.as_str(), " ", &hint_id].concat(),
        None => problem_id.clone(),
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                required
                aria-invalid=move || problem.with(Option::is_some).to_string()
                aria-describedby=described_by
            />
            {hint}
            <p id=problem_id class="field-problem" aria-live="polite">
                {problem}
            </p>
        </div>
    }
}
