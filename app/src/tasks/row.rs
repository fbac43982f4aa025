use leptos::{html::Li, prelude::*, server_fn::ServerFn as _};

use super::{
    list::OwnTask,
    news::Newest,
    resolve::{DoneButton, ResolveTask},
    shortcuts,
};
use crate::{
    design::{ErrorNotice, Sent},
    error::AppError,
    layout,
};

/// A task in the list. When somebody finishes it, it is shown as finished at once; where the server refuses, it is as it was.
#[component]
pub(super) fn TaskRow(task: OwnTask, newest: Newest) -> impl IntoView {
    let OwnTask { task_id, markup, finish } = task;
    let resolve = Sent::of_one(ResolveTask::PATH);
    let is_finished = Signal::derive(move || resolve.pending.get() || resolve.answer.with(|answer| matches!(answer, Some(Ok(_)))));
    let row = NodeRef::<Li>::new();
    Effect::new(move || match resolve.answer.get() {
        Some(Ok(news)) => {
            // Its button is gone, and soon the whole row is.
            if row.get_untracked().is_some_and(|row| shortcuts::has_focus(&row) && !shortcuts::focus_neighbour(&row)) {
                layout::focus_content();
            }
            newest.tell_finished(news);
        }
        // The row is about to go where the task is somebody else's now, or finished already; so the page tells why.
        Some(Err(error)) if !error.is_outage() => newest.tell_refused(error),
        _ => {}
    });
    let outage =
        move || resolve.answer.get().and_then(Result::err).filter(AppError::is_outage).map(|error| view! { <ErrorNotice error /> });
    view! {
        <li class="task card" class:task-finished=move || is_finished.get() tabindex="-1" node_ref=row>
            <div inner_html=markup></div>
            {finish.map(|label| view! { <DoneButton task_id label resolve is_finished /> })}
            {outage}
        </li>
    }
}
