use contracts::{RunId, ServiceError, reassign::Reassign};
use leptos::prelude::*;

use super::run::run_path;
use crate::{error::AppError, json::Json, own_path::OwnPath, service::service, session::actor};

/// Starts a run, or leads to the one that is running.
#[server(endpoint = "start_reassign", output = Json)]
pub(super) async fn start_reassign() -> Result<(), AppError> {
    let run = service::<dyn Reassign>().start(actor()?).await?;
    OwnPath::from(run_path(run.run_id)).redirect_plain_form();
    Ok(())
}

/// Stops a run.
#[server(endpoint = "cancel_reassign", output = Json)]
pub(super) async fn cancel_reassign(run_id: String) -> Result<(), AppError> {
    let run_id: RunId = run_id.parse().map_err(|_| ServiceError::NotFound)?;
    let run = service::<dyn Reassign>().cancel(actor()?, run_id).await?;
    OwnPath::from(run_path(run.run_id)).redirect_plain_form();
    Ok(())
}
