use contracts::audit::Audit;
use leptos::prelude::*;

use super::AUDIT_PATH;
use crate::{error::AppError, json::Json, own_path::OwnPath, service::service, session::actor};

/// Begins an audit.
#[server(endpoint = "begin_audit", output = Json)]
pub(super) async fn begin_audit() -> Result<(), AppError> {
    service::<dyn Audit>().begin(actor()?).await?;
    OwnPath::from(AUDIT_PATH.to_owned()).redirect_plain_form();
    Ok(())
}
