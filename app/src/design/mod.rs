//! Components that pages share. Their looks stand in `style/components/`, under the same names.

#[cfg(feature = "ssr")]
mod bar_chart;
mod empty_state;
mod icon;
mod notice;
mod paging;
mod server_form;
mod text_field;

#[cfg(feature = "ssr")]
pub(crate) use bar_chart::{Bar, BarChart};
pub(crate) use empty_state::EmptyState;
pub(crate) use icon::Icon;
pub(crate) use notice::{ErrorNotice, ProblemNotice};
pub(crate) use paging::Paging;
#[cfg(feature = "ssr")]
pub(crate) use server_form::refusal;
pub(crate) use server_form::{Sent, ServerForm};
pub(crate) use text_field::TextField;
