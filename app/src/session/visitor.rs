use contracts::{Role, UserId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Who looks at the page, as far as pages need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visitor {
    /// Who it is.
    pub(crate) user_id: UserId,
    /// The name to show.
    pub(crate) display_name: String,
    /// The role when the page was rendered. It decides what pages offer; what is allowed, the services decide anew.
    pub(crate) role: Role,
}

/// What [`visitor`] finds in the context.
#[derive(Clone)]
struct CurrentVisitor(Option<Visitor>);

impl Visitor {
    /// Puts whoever asks for the page into the context. The server knows it from the request, and the browser from the page.
    pub(crate) fn provide() {
        provide_context(CurrentVisitor(SharedValue::new(Self::of_request).into_inner()));
    }

    #[cfg(feature = "ssr")]
    fn of_request() -> Option<Self> {
        let user = super::CurrentSession::of_request()?.profile.user;
        Some(Self { user_id: user.user_id, display_name: user.display_name, role: user.role })
    }

    /// Never asked: the browser reads what the server has written.
    #[cfg(not(feature = "ssr"))]
    const fn of_request() -> Option<Self> {
        None
    }
}

/// Who looks at the page; `None` for strangers.
pub(crate) fn visitor() -> Option<Visitor> {
    expect_context::<CurrentVisitor>().0
}
