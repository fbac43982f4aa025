use leptos::prelude::*;

/// Something that does not work, said in the flow of the page and read out as soon as it appears.
#[component]
pub(crate) fn ProblemNotice(
    /// What does not work, and what to do about it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice notice-problem" role="alert">
            {children()}
        </div>
    }
}
