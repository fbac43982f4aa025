//! Components that pages share. Their looks stand in `style/components/`, under the same names.

mod empty_state;
mod icon;
mod notice;
mod text_field;

pub(crate) use empty_state::EmptyState;
pub(crate) use icon::Icon;
pub(crate) use notice::{ErrorNotice, ProblemNotice};
pub(crate) use text_field::TextField;
