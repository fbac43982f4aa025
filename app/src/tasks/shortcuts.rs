//! The list by keyboard: from task to task, finish one, create one, look for one.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::create::TITLE;

/// Where this browser remembers that the keys do nothing.
const STORED: &str = "task-shortcuts";
const OFF: &str = "off";

/// Where the keys are explained.
const HELP_ID: &str = "shortcuts";

/// What kind of element a task is.
const TASK: &str = ".task";

/// The field with what is looked for.
const SEARCH: &str = ".search input[type=search]";

/// Whether what has the focus is the element or within it, or is gone.
pub(super) fn has_focus(element: &Element) -> bool {
    match document().active_element() {
        Some(active) => element.contains(Some(&active)) || active.tag_name() == "BODY",
        None => true,
    }
}

/// Moves the focus to the task after this one, or else before it; whether there is one.
pub(super) fn focus_neighbour(task: &Element) -> bool {
    task.next_element_sibling().or_else(|| task.previous_element_sibling()).is_some_and(focus)
}

fn focus(element: Element) -> bool {
    element.dyn_into::<HtmlElement>().is_ok_and(|element| element.focus().is_ok())
}

fn focus_on(selector: &str) -> bool {
    document().query_selector(selector).ok().flatten().is_some_and(focus)
}

/// The task that has the focus.
fn task_at_focus() -> Option<Element> {
    document().active_element()?.closest(TASK).ok()?
}

fn click(selector: &str) -> bool {
    let found = task_at_focus().and_then(|task| task.query_selector(selector).ok()?);
    found.and_then(|found| found.dyn_into::<HtmlElement>().ok()).map(|found| found.click()).is_some()
}

/// Does what a key stands for; whether it stands for something.
fn press(event: &KeyboardEvent) -> bool {
    let key = event.key();
    // On a keyboard of another script, what counts is where the key is.
    let key = if key.is_ascii() { key.to_ascii_lowercase() } else { event.code() };
    match key.as_str() {
        "j" | "KeyJ" => task_at_focus().map_or_else(|| focus_on(TASK), |task| task.next_element_sibling().is_some_and(focus)),
        "k" | "KeyK" => task_at_focus().is_some_and(|task| task.previous_element_sibling().is_some_and(focus)),
        // A link or a button that has the focus does what it does by itself.
        "enter" => document().active_element().is_some_and(|active| active.matches(TASK).unwrap_or(false)) && click("h2 a"),
        "d" | "KeyD" => click("button"),
        "c" | "KeyC" => focus_on(&["#", TITLE].concat()),
        "/" => focus_on(SEARCH),
        "Slash" if !event.shift_key() => focus_on(SEARCH),
        "?" | "Slash" => {
            let Some(help) = document().get_element_by_id(HELP_ID) else { return false };
            let is_open = help.has_attribute("open");
            drop(help.toggle_attribute("open"));
            if is_open {
                focus_on(TASK)
            } else {
                help.query_selector("summary").ok().flatten().is_some_and(focus)
            };
            true
        }
        _ => false,
    }
}

/// Whether somebody is typing.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.matches("input, textarea, select").unwrap_or(false))
}

/// Explains the keys, which do what it says as long as this is shown. Without JavaScript there are none.
#[component]
pub(super) fn Shortcuts(
    /// The explanation, with a box to tick.
    help: Signal<String>,
) -> impl IntoView {
    let is_ready = RwSignal::new(false);
    let storage = || window().local_storage().ok().flatten();
    let are_on = move || storage().and_then(|storage| storage.get_item(STORED).ok()?).as_deref() != Some(OFF);
    Effect::new(move || {
        is_ready.set(true);
        let keys = window_event_listener(ev::keydown, move |event| {
            let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() || event.repeat());
            if is_plain && !is_typing(&event) && are_on() && press(&event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || keys.remove());
    });
    let with_box = |event: &ev::Event, act: &dyn Fn(HtmlInputElement)| {
        let help = event.current_target().and_then(|help| help.dyn_into::<Element>().ok());
        let found = help.and_then(|help| help.query_selector("input").ok()?);
        if let Some(found) = found.and_then(|found| found.dyn_into().ok()) {
            act(found);
        }
    };
    let show = move |event: ev::Event| with_box(&event, &|found| found.set_checked(are_on()));
    let switch = move |event: ev::Event| {
        with_box(&event, &|found| {
            if let Some(storage) = storage() {
                drop(if found.checked() { storage.remove_item(STORED) } else { storage.set_item(STORED, OFF) });
            }
        });
    };
    view! {
        <details
            id=HELP_ID
            class="shortcuts"
            hidden=move || !is_ready.get()
            on:toggle=show
            on:change=switch
            inner_html=help
        ></details>
    }
}
