//! The frame around every page.

mod footer;
mod header;

pub(crate) use footer::PageFooter;
pub(crate) use header::{PageHeader, SkipLink};

/// The id of the element that holds the page itself.
pub(crate) const CONTENT_ID: &str = "content";
