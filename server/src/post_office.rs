//! Who takes the letters of this installation.

use std::sync::Arc;

use contracts::letter::Post;
use letters::PostOffice;
use platform::config::Config;

/// The folder of letters in the data folder.
const FOLDER: &str = "letters";

/// The configured mail server; without one, a folder.
pub(crate) fn post_office(config: &Config) -> anyhow::Result<Arc<dyn Post>> {
    let folder = match (&config.mail.folder, &config.data.folder) {
        (Some(folder), _) => folder.clone(),
        (None, Some(data_folder)) => data_folder.join(FOLDER),
        (None, None) => embedded::Options::default_data_folder()?.join(FOLDER),
    };
    Ok(Arc::new(PostOffice::new(&config.mail, folder, config.company.time_zone, config.site.public_url.as_ref())?))
}
