//! Pages that keep themselves up to date. The server says that something has changed, never what: the page asks again.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Event, EventSource};

use crate::i18n::text;

/// Where the server says it.
const CHANGES_PATH: &str = "/live";

/// The event by which it does.
const CHANGE: &str = "change";

/// When the server has refused, it is asked again after so long. Broken connections browsers mend by themselves.
const RETRY_AFTER: Duration = Duration::from_secs(15);

/// When a service did not answer, it is asked again after so long.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// So long a connection may be broken before it is spoken of: the server ends each now and then.
const SPOKEN_OF_AFTER: Duration = Duration::from_secs(5);

/// What a page knows of its connection to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    /// There is none: the page is as it was loaded.
    None,
    /// The page hears of changes.
    Open,
    /// The page has heard of changes, or tried to, and does not now.
    Broken,
}

/// How a page keeps itself up to date.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live {
    changes: RwSignal<usize>,
    connection: RwSignal<Connection>,
}

impl Live {
    /// Keeps the page that is being shown up to date, as long as it is shown and looked at. The server does nothing of the kind.
    pub(crate) fn start() -> Self {
        let live = Self { changes: RwSignal::new(0), connection: RwSignal::new(Connection::None) };
        Effect::new(move || {
            let ear = StoredValue::new_local(None::<Ear>);
            let follow = move || {
                // Browsers have few connections for each site: a page that nobody looks at gives its own back, and catches up later.
                if document().hidden() {
                    ear.set_value(None);
                } else if ear.with_value(Option::is_none) {
                    ear.set_value(Ear::open(live, ear));
                }
            };
            follow();
            let looked_at = window_event_listener_untyped("visibilitychange", move |_| follow());
            on_cleanup(move || looked_at.remove());
        });
        live
    }

    fn ask_again(self) {
        self.changes.update(|changes| *changes += 1);
    }

    /// Asks again after a while, where an answer was no answer.
    pub(crate) fn ask_again_when(self, is_outage: impl Fn() -> bool + 'static) {
        Effect::new(move || {
            if is_outage() {
                let timer = set_timeout_with_handle(move || self.ask_again(), ASK_AGAIN_AFTER).ok();
                on_cleanup(move || {
                    if let Some(timer) = timer {
                        timer.clear();
                    }
                });
            }
        });
    }

    /// Raised when what the page shows has, or may have, changed: what depends on it asks again.
    pub(crate) fn changes(self) -> usize {
        self.changes.get()
    }
}

/// The open connection. It is closed with this.
struct Ear {
    source: EventSource,
    /// Called by the browser, as long as this lives.
    _heard: Closure<dyn FnMut(Event)>,
    _failed: Closure<dyn FnMut(Event)>,
    /// Apart from the page's own values: those are gone when this is dropped with them.
    timers: Rc<Cell<Timers>>,
}

/// What is done when a connection stays broken.
#[derive(Clone, Copy, Default)]
struct Timers {
    speak: Option<TimeoutHandle>,
    retry: Option<TimeoutHandle>,
}

impl Timers {
    fn stop(self) {
        for timer in [self.speak, self.retry].into_iter().flatten() {
            timer.clear();
        }
    }
}

impl Ear {
    fn open(live: Live, place: StoredValue<Option<Self>, LocalStorage>) -> Option<Self> {
        let source = EventSource::new(CHANGES_PATH).ok()?;
        let timers = Rc::new(Cell::new(Timers::default()));
        let heard = Closure::new({
            let timers = timers.clone();
            move |_: Event| {
                timers.take().stop();
                live.connection.set(Connection::Open);
                live.ask_again();
            }
        });
        let failed = Closure::new({
            let (source, timers) = (source.clone(), timers.clone());
            move |_: Event| {
                let mut now = timers.get();
                let speak = move || live.connection.set(Connection::Broken);
                now.speak = now.speak.or_else(|| set_timeout_with_handle(speak, SPOKEN_OF_AFTER).ok());
                if source.ready_state() == EventSource::CLOSED {
                    let again = move || {
                        place.set_value(None);
                        place.set_value(Self::open(live, place));
                    };
                    now.retry = now.retry.or_else(|| set_timeout_with_handle(again, RETRY_AFTER).ok());
                }
                timers.set(now);
            }
        });
        // What changed while nobody listened is caught up with as soon as somebody does.
        source.set_onopen(Some(heard.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        source.add_event_listener_with_callback(CHANGE, heard.as_ref().unchecked_ref()).ok()?;
        Some(Self { source, _heard: heard, _failed: failed, timers })
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.source.close();
        self.timers.take().stop();
    }
}

/// Whether the page keeps itself up to date, in words. Only that it does not is read out.
#[component]
pub(crate) fn LiveNote(live: Live) -> impl IntoView {
    let text = text().live();
    let note = move || match live.connection.get() {
        Connection::None => Some(text.none()),
        Connection::Open => Some(text.open()),
        Connection::Broken => None,
    };
    let broken = move || (live.connection.get() == Connection::Broken).then(|| text.broken());
    view! {
        <p class="field-hint">
            {note} <span class="live-broken" role="status">
                {broken}
            </span>
        </p>
    }
}
