//! What people set for themselves without an account: the language and the appearance. Two cookies hold it.

#[cfg(feature = "ssr")]
mod cookie;
mod current;
mod language;
mod theme;

pub(crate) use current::Preferences;
pub(crate) use language::LanguageSwitch;
pub(crate) use theme::{Theme, ThemeSwitch};
