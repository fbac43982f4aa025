#[cfg(feature = "ssr")]
use contracts::{Actor, auth::Auth};
use contracts::{Role, UserId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Wanted, list::Person};
use crate::{
    design::{Sent, ServerForm},
    error::AppError,
    i18n::{role_name, text},
    json::Json,
    own_path::{OwnPath, RETURN_TO},
};
#[cfg(feature = "ssr")]
use crate::{service::service, session::CurrentSession};

/// An employee's new role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RoleChange {
    pub(super) user_id: UserId,
    pub(super) display_name: String,
    pub(super) role: Role,
}

/// Gives an employee another role.
#[server(endpoint = "set_role", output = Json)]
pub(super) async fn set_role(user_id: UserId, role: Role, return_to: OwnPath) -> Result<RoleChange, AppError> {
    let session = CurrentSession::required()?;
    let profile = service::<dyn Auth>().set_role(Actor::Employee(session.caller()), user_id, role).await?;
    return_to.with_parameter(super::CHANGED, &user_id.to_string()).redirect_plain_form();
    Ok(RoleChange { user_id, display_name: profile.user.display_name, role: profile.user.role })
}

/// The role of one employee, to be changed.
#[component]
pub(super) fn ChangeRole(person: Person, wanted: Memo<Wanted>, set_role: Sent<RoleChange>) -> impl IntoView {
    let page_text = text();
    let text = page_text.people();
    let Person { user_id, display_name, role, .. } = person;
    // What the select shows, and what the server has.
    let (chosen, known) = (RwSignal::new(role), RwSignal::new(role));

    Effect::new(move || match set_role.answer.get() {
        Some(Ok(change)) if change.user_id == user_id => {
            known.set(change.role);
            chosen.set(change.role);
        }
        // A refused change is taken back.
        Some(Err(_)) => chosen.set(known.get_untracked()),
        Some(Ok(_)) | None => {}
    });
    let options = Role::ALL.map(|offered| {
        view! {
            <option value=offered.name() selected=offered == role>
                {role_name(offered, page_text)}
            </option>
        }
    });
    view! {
        <ServerForm sent=set_role class="change-role">
            <input type="hidden" name="user_id" value=user_id.to_string() />
            <input type="hidden" name=RETURN_TO value=move || wanted.read().path() />
            <select
                name="role"
                aria-label=text.role_of(&display_name)
                prop:value=move || chosen.get().name()
                on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or(role))
            >
                {options.collect_view()}
            </select>
            <button class="button button-quiet button-small" type="submit" aria-label=text.change_of(&display_name)>
                {text.change()}
            </button>
        </ServerForm>
    }
}
