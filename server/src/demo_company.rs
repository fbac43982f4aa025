//! The demo company of `--demo`: founding it, and letting visitors log in as its parrots.

use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use app::{DemoPeople, DemoPerson};
use axum::{
    Form,
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use demo::{Founding, PARROTS, Parrot};
use platform::{
    config::{Config, Recogniser},
    database::Database,
};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{log_in, servers::Servers, site::Site};

/// Portraits change with the program only: an hour is long for a visit and short for an update.
const PORTRAIT_CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// What a portrait's address ends in.
const PORTRAIT_EXTENSION: &str = ".png";

/// What the demo company's data folder is called: the usual name, and this.
const DATA_FOLDER_ENDING: &str = "-demo";

/// Gives the demo company a data folder of its own, beside the usual one, unless the configuration names one.
///
/// Its letters go to a folder, whatever mail server there is: nobody reads mail at its addresses. Nobody looks at beaks: its parrots are painted.
pub(crate) fn move_out(config: &mut Config) -> anyhow::Result<()> {
    config.mail.smtp_url = None;
    config.beak.recogniser = Recogniser::SamePhoto;
    if config.data.folder.is_none() {
        let mut folder = embedded::Options::default_data_folder()?.into_os_string();
        folder.push(DATA_FOLDER_ENDING);
        config.data.folder = Some(folder.into());
    }
    Ok(())
}

/// The portraits of the demo company by their parrots' keys. Without a demo company there are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Portraits(Arc<HashMap<&'static str, Bytes>>);

impl Portraits {
    /// Founds the demo company in an empty installation. The portraits are those of the company that is there in the end; none where
    /// others use this installation. It must not be dropped while it founds (see [`demo::found_company`]).
    pub(crate) async fn of_company(
        services: &Services,
        database: &Database,
        servers: &Servers,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let founding = demo::found_company(services, database, shutdown).await;
        match founding.with_context(|| format!("there is no demo company in {}", servers.place()))? {
            Founding::Founded | Founding::ThereBefore => {}
            Founding::OfOthers => {
                tracing::warn!("--demo has no effect: others have enrolled in {} already", servers.place());
                return Ok(Self::default());
            }
        }
        let paint = || PARROTS.iter().map(|parrot| (parrot.key, parrot.portrait().into())).collect();
        let painted = tokio::task::spawn_blocking(paint).await.context("the portraits could not be painted")?;
        Ok(Self(Arc::new(painted)))
    }

    /// The parrots whose photos the log-in page offers, if there are any.
    pub(crate) fn people(&self) -> Option<DemoPeople> {
        let person = |parrot: &Parrot| DemoPerson {
            key: parrot.key,
            display_name: parrot.display_name,
            given_name: parrot.given_name,
            role: parrot.role,
            locale: parrot.locale,
            portrait: ["/demo/", parrot.key, PORTRAIT_EXTENSION].concat(),
        };
        (!self.0.is_empty()).then(|| DemoPeople(PARROTS.iter().map(person).collect()))
    }

    fn of_key(&self, key: &str) -> Option<&Bytes> {
        self.0.get(key)
    }
}

/// `GET /demo/{key}.png`
pub(crate) async fn portrait(State(portraits): State<Portraits>, Path(file): Path<String>) -> Response {
    match file.strip_suffix(PORTRAIT_EXTENSION).and_then(|key| portraits.of_key(key)) {
        Some(portrait) => {
            let headers = [(CONTENT_TYPE, HeaderValue::from_static("image/png")), (CACHE_CONTROL, PORTRAIT_CACHE_CONTROL)];
            (headers, portrait.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What the form on the log-in page sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    /// The key of the parrot.
    parrot: String,
}

/// `POST /login/demo`: shows the parrot's portrait, as if the visitor had uploaded it.
pub(crate) async fn log_in(
    State(services): State<Services>,
    State(site): State<Site>,
    State(portraits): State<Portraits>,
    Form(choice): Form<Choice>,
) -> Response {
    match portraits.of_key(&choice.parrot) {
        Some(portrait) => log_in::answer_form(services.auth.log_in(portrait.to_vec()).await, site),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
