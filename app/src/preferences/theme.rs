use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::cookie::PreferenceCookie;
use super::{Preferences, current::THEME_ATTRIBUTE};
use crate::{
    design::{Icon, Sent, ServerForm},
    error::AppError,
    i18n::{Text, text},
    json::Json,
    own_path::{OwnPath, ReturnToThisPage},
    root_element,
};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the system is at the moment.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which pages offer them.
    pub(crate) const ALL: [Self; 3] = [Self::Light, Self::System, Self::Dark];

    /// The name in the cookie, in forms and in `data-theme`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    const fn label(self, text: Text) -> &'static str {
        let text = text.preferences();
        match self {
            Self::System => text.theme_system(),
            Self::Light => text.theme_light(),
            Self::Dark => text.theme_dark(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Contrast,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }
}

/// Remembers the theme of who asks.
#[server(endpoint = "choose_theme", output = Json)]
async fn choose_theme(theme: Theme, return_to: OwnPath) -> Result<(), AppError> {
    PreferenceCookie::THEME.set(theme.name());
    return_to.redirect_plain_form();
    Ok(())
}

/// One button per theme. The page changes at once; the server remembers it for the next one.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let text = text();
    let current = RwSignal::new(expect_context::<Preferences>().theme);
    let sent = Sent::to::<ChooseTheme>();
    let show = move |theme: Theme| {
        current.set(theme);
        root_element::set_attribute(THEME_ATTRIBUTE, theme.name());
    };
    let buttons = Theme::ALL.map(|theme| {
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.name()
                title=theme.label(text)
                on:click=move |_| show(theme)
                aria-pressed=move || (current.get() == theme).to_string()
            >
                {theme.icon().decorative()}
                <span class="visually-hidden">{theme.label(text)}</span>
            </button>
        }
    });
    view! {
        <ServerForm sent repeatable=true>
            <ReturnToThisPage />
            <fieldset class="switch">
                <legend class="visually-hidden">{text.preferences().theme()}</legend>
                {buttons.collect_view()}
            </fieldset>
        </ServerForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_found_by_its_name() {
        for theme in Theme::ALL {
            assert_eq!(Theme::named(theme.name()), Some(theme));
        }
        assert_eq!(Theme::named("pink"), None);
    }
}
