use leptos::prelude::*;

use super::{PEOPLE_PATH, SEARCH, Wanted};
use crate::i18n::text;

/// A plain form: the address says what is looked for, so it can be kept and sent on.
#[component]
pub(super) fn Search(wanted: Memo<Wanted>) -> impl IntoView {
    let text = text().people();
    let is_searching = move || !wanted.read().search.is_empty();
    view! {
        <search>
            <form class="search" method="get" action=PEOPLE_PATH>
                <div class="field">
                    <label for=SEARCH>{text.search()}</label>
                    <input id=SEARCH type="search" name=SEARCH prop:value=move || wanted.get().search value=wanted.get_untracked().search />
                </div>
                <button class="button button-quiet" type="submit">
                    {text.find()}
                </button>
                {move || is_searching().then(|| view! { <a href=PEOPLE_PATH>{text.show_all()}</a> })}
            </form>
        </search>
    }
}
