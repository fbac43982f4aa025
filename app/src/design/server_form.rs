use leptos::{ev::SubmitEvent, html::Form, prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::{
    error::AppError,
    post::{self, Answer, Answered},
};

/// What became of the forms that call a server function.
pub(crate) struct Sent<Output: 'static> {
    url: &'static str,
    /// Whether a form is on its way.
    pub(crate) pending: RwSignal<bool>,
    /// What the server answered last.
    pub(crate) answer: RwSignal<Option<Result<Output, AppError>>>,
}

impl<Output: 'static> Clone for Sent<Output> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Output: 'static> Copy for Sent<Output> {}

impl<Output: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Sent<Output> {
    /// Nothing has been sent yet. But where a form was refused without JavaScript, the page's address tells why.
    pub(crate) fn to<Function: ServerFn<Output = Output, Error = AppError>>() -> Self {
        let refusal = SharedValue::new(|| refusal(Function::PATH)).into_inner();
        Self { url: Function::PATH, pending: RwSignal::new(false), answer: RwSignal::new(refusal.map(Err)) }
    }

    /// Nothing has been sent yet, by one of many forms to the same address: what was refused without JavaScript is told elsewhere.
    pub(crate) fn of_one(url: &'static str) -> Self {
        Self { url, pending: RwSignal::new(false), answer: RwSignal::new(None) }
    }

    fn send(self, event: &SubmitEvent) {
        self.pending.set(true);
        let answered =
            move |answer: Result<Answer, AppError>| {
                let answer = answer.and_then(|answer| {
                    if answer.is_success { answer.read() } else { Err(answer.read().unwrap_or_else(|error: AppError| error)) }
                });
                self.answer.set(Some(answer));
                self.pending.set(false);
            };
        if send(event, self.url, Box::new(answered)).is_err() {
            self.answer.set(Some(Err(AppError::Unreachable)));
            self.pending.set(false);
        }
    }
}

/// A plain form that calls a server function. The page's code sends it without leaving the page; without JavaScript the browser does.
///
/// Unlike Leptos' own `ActionForm` it sends the fields as they are, so the browser need not know the function's arguments
/// (decision 0005).
#[component]
pub(crate) fn ServerForm<Output>(
    /// Where the form goes, and what becomes of it.
    sent: Sent<Output>,
    /// Whether it may be sent again while it is on its way: for what is chosen, where the last choice counts.
    #[prop(optional)]
    repeatable: bool,
    /// The looks.
    #[prop(default = "")]
    class: &'static str,
    /// The form itself.
    #[prop(optional)]
    node_ref: NodeRef<Form>,
    /// Its fields and buttons.
    children: Children,
) -> impl IntoView
where
    Output: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if repeatable || !sent.pending.get_untracked() {
            sent.send(&event);
        }
    };
    // `novalidate`: the browser would speak its own language, not the page's.
    view! {
        <form method="post" action=sent.url class=class novalidate=true node_ref=node_ref on:submit=submit>
            {children()}
        </form>
    }
}

fn send(event: &SubmitEvent, url: &str, answered: Answered) -> Result<(), JsValue> {
    let form: HtmlFormElement = event.target().ok_or(JsValue::NULL)?.unchecked_into();
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&FormData::new_with_form(&form)?.into())?;
    // A form with several buttons says which one was pressed.
    if let Some(button) = event.submitter()
        && let (Some(name), Some(value)) = (button.get_attribute("name"), button.get_attribute("value"))
    {
        fields.append(&name, &value);
    }
    post::request(url, answered)?.send_with_opt_url_search_params(Some(&fields))
}

/// Why a form was refused that the browser sent by itself.
#[cfg(feature = "ssr")]
pub(crate) fn refusal(path: &str) -> Option<AppError> {
    use leptos::server_fn::error::ServerFnUrlError;

    let error = use_context::<ServerActionError>().filter(|error| error.path() == path)?;
    Some(ServerFnUrlError::<AppError>::decode_err(error.err()))
}

/// Never asked: the browser reads what the server has written.
#[cfg(not(feature = "ssr"))]
const fn refusal(_path: &str) -> Option<AppError> {
    None
}
