use leptos::prelude::*;

/// A part of a list that goes on: its address, and what the way to it is called.
pub(crate) type Part = (String, &'static str);

/// The ways to other parts of a list; nothing where this is all of it.
#[component]
pub(crate) fn Paging(
    /// What this is, for those who cannot see it.
    label: &'static str,
    /// The list's beginning, unless it is shown.
    first: Option<Part>,
    /// The next part, if there is one.
    next: Option<Part>,
    /// Whether browsers load the page anew, as those that only the server makes.
    #[prop(optional)]
    loaded_anew: bool,
) -> impl IntoView {
    if first.is_none() && next.is_none() {
        return None;
    }
    let (rel, rel_next) = if loaded_anew { (Some("external"), "external next") } else { (None, "next") };
    let first = first.map(|(path, name)| {
        view! {
            <a class="button button-quiet" href=path rel=rel>
                {name}
            </a>
        }
    });
    let next = next.map(|(path, name)| {
        view! {
            <a class="button button-quiet" href=path rel=rel_next>
                {name}
            </a>
        }
    });
    Some(view! {
        <nav class="actions" aria-label=label>
            {first}
            {next}
        </nav>
    })
}
