use contracts::{PhotoRefusal, ServiceError, auth::PHOTO_BYTES_MAX};
use leptos::{
    ev::{DragEvent, SubmitEvent},
    html::Input,
    prelude::*,
};
use web_sys::{File, Url};

use super::upload::{self, Upload};
use crate::{
    design::ErrorNotice,
    error::AppError,
    i18n::text,
    session::{LOG_IN_PATH, use_refusal},
};

/// What the file dialogue offers. What a file really is, the server finds out.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp";

const BYTES_PER_MEGABYTE: usize = 1024 * 1024;

/// The form with the photo. Without JavaScript the browser sends it; with it the photo can be dropped and is shown before
/// it is sent, and the page follows it on its way.
#[component]
pub(super) fn PhotoForm() -> impl IntoView {
    let text = text().login();
    let input = NodeRef::<Input>::new();
    let preview = Preview::new();
    let upload = RwSignal::new(Upload::Idle);
    let problem = RwSignal::new(use_refusal().map(AppError::from));

    let chosen = move || {
        let photo = photo(input);
        problem.set(photo.as_ref().and_then(refusal));
        preview.show(photo.as_ref());
    };
    let show = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(photo) = photo(input).filter(|_| upload.get_untracked() == Upload::Idle) else { return };
        problem.set(refusal(&photo));
        if problem.read_untracked().is_none() {
            upload::send(&photo, upload, move |answer| match answer {
                // Everything on the page depends on who looks at it: it is loaded anew.
                Ok(path) => drop(location().set_href(&path)),
                Err(error) => problem.set(Some(error)),
            });
        }
    };
    let problem_notice = move || problem.get().map(|error| view! { <ErrorNotice error /> });
    view! {
        <form class="photo-form" method="post" action=LOG_IN_PATH enctype="multipart/form-data" on:submit=show>
            <DropZone input preview chosen />
            <UploadProgress upload />
            {problem_notice}
            <button class="button" type="submit" aria-disabled=move || (upload.get() != Upload::Idle).then_some("true")>
                {text.submit()}
            </button>
        </form>
    }
}

/// The field for the photo, and the area around it, onto which a photo can be dropped.
#[component]
fn DropZone(
    input: NodeRef<Input>,
    preview: Preview,
    /// Called when the field holds another photo.
    chosen: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let text = text().login();
    let megabytes = (PHOTO_BYTES_MAX / BYTES_PER_MEGABYTE).to_string();
    let is_over = RwSignal::new(false);
    let can_drop = RwSignal::new(false);

    Effect::new(move || {
        can_drop.set(true);
        // Somebody may have been faster than the page's code.
        if photo(input).is_some() {
            chosen();
        }
    });
    let drop_photo = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|dropped| dropped.files()).filter(|files| files.length() > 0);
        if let (Some(input), Some(files)) = (input.get_untracked(), files) {
            input.set_files(Some(&files));
            chosen();
        }
    };
    view! {
        <div
            class="drop-zone"
            class:drop-zone-over=is_over
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=drop_photo
        >
            {move || preview.address().map(|address| view! { <img class="photo-preview" src=address alt=text.preview() /> })}
            <div class="field">
                <label for="photo">{text.choose()}</label>
                {move || can_drop.get().then(|| view! { <span class="field-hint">{text.drop()}</span> })}
                <input
                    id="photo"
                    type="file"
                    name="photo"
                    accept=ACCEPTED
                    required
                    aria-describedby="photo-formats"
                    node_ref=input
                    on:change=move |_| chosen()
                />
                <span id="photo-formats" class="field-hint">
                    {text.formats(&megabytes)}
                </span>
            </div>
        </div>
    }
}

/// How far the photo is.
#[component]
fn UploadProgress(upload: RwSignal<Upload>) -> impl IntoView {
    let text = text().login();
    move || match upload.get() {
        Upload::Idle => None,
        Upload::Sending(part) => Some(
            view! {
                <label class="upload-progress">
                    {text.sending()}
                    <progress max="1" value=part.to_string()></progress>
                </label>
            }
            .into_any(),
        ),
        Upload::Looking => Some(
            view! {
                <label class="upload-progress">
                    {text.looking()}
                    <progress></progress>
                </label>
            }
            .into_any(),
        ),
    }
}

/// The chosen photo under an address of the browser's own.
#[derive(Clone, Copy)]
struct Preview(RwSignal<Option<String>>);

impl Preview {
    fn new() -> Self {
        let preview = Self(RwSignal::new(None));
        on_cleanup(move || preview.show(None));
        preview
    }

    fn address(self) -> Option<String> {
        self.0.get()
    }

    /// Shows another photo, or none. The browser may forget the one before.
    fn show(self, photo: Option<&File>) {
        let address = photo.and_then(|photo| Url::create_object_url_with_blob(photo).ok());
        let before = self.0.try_update(|shown| std::mem::replace(shown, address));
        if let Some(Some(before)) = before {
            drop(Url::revoke_object_url(&before));
        }
    }
}

/// The photo in the field.
fn photo(input: NodeRef<Input>) -> Option<File> {
    input.get_untracked()?.files()?.get(0)
}

/// Why it is not worth sending the photo, if it is not.
fn refusal(photo: &File) -> Option<AppError> {
    let is_too_large = photo.size() > f64::from(u32::try_from(PHOTO_BYTES_MAX).unwrap_or(u32::MAX));
    is_too_large.then(|| ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX }).into())
}
