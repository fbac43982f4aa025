use leptos::prelude::*;

/// A small picture in the colour of the text around it. The drawings stand in `style/components/icon.css`: browsers get
/// them with the styles, not with the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Half light, half dark.
    Contrast,
    /// A crescent.
    Moon,
    /// A sun with rays.
    Sun,
}

impl Icon {
    const fn class(self) -> &'static str {
        match self {
            Self::Contrast => "icon icon-contrast",
            Self::Moon => "icon icon-moon",
            Self::Sun => "icon icon-sun",
        }
    }

    /// The icon beside or instead of a text that says the same: it is not read out.
    pub(crate) fn decorative(self) -> impl IntoView {
        view! { <span class=self.class() aria-hidden="true"></span> }
    }
}
