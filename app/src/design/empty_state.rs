use leptos::prelude::*;

/// The whole page when there is nothing to show: an empty perch, what that means, and the way on (the children).
#[component]
pub(crate) fn EmptyState(
    /// The page's heading.
    title: &'static str,
    /// What that means, in a sentence or two.
    #[prop(into)]
    message: String,
    /// Links or buttons that lead on.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="empty-state">
            <img class="empty-state-picture" src="/perch.svg" alt="" width="160" height="188" />
            <h1>{title}</h1>
            <p>{message}</p>
            <div class="actions">{children()}</div>
        </section>
    }
}
