use contracts::{
    Actor, Caller, ServiceError,
    auth::{Profile, SecretToken},
};
use http::request::Parts;
use leptos::prelude::use_context;

/// The session of a request and who holds it. The server puts it into the request's extensions; a stranger's request has
/// none.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// The session's key.
    pub token: SecretToken,
    /// Who holds it, with the role of this moment.
    pub profile: Profile,
}

/// Who asks for what operators may do, too: an employee. What employees may, the services make sure of.
pub(crate) fn actor() -> Result<Actor, ServiceError> {
    Ok(Actor::Employee(CurrentSession::required()?.caller()))
}

impl CurrentSession {
    /// The session of the request that is being answered.
    pub(crate) fn of_request() -> Option<Self> {
        use_context::<Parts>()?.extensions.get().cloned()
    }

    /// The same for what needs one: [`ServiceError::NotLoggedIn`] for strangers.
    pub(crate) fn required() -> Result<Self, ServiceError> {
        Self::of_request().ok_or(ServiceError::NotLoggedIn)
    }

    /// Who asks, as services want to know it.
    pub(crate) const fn caller(&self) -> Caller {
        self.profile.caller()
    }
}
