use std::{io, path::PathBuf};

use contracts::letter::{Letter, PostError};
use tokio::fs;

/// A folder in which letters lie as files, for installations without a mail server.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Puts a letter into the folder of its day. One that is there already is replaced.
    pub(crate) async fn put(&self, letter: &Letter, bytes: Vec<u8>) -> Result<(), PostError> {
        self.write(letter, bytes).await.map_err(|error| PostError::Later(format!("{} cannot be written: {error}", self.0.display())))
    }

    async fn write(&self, letter: &Letter, bytes: Vec<u8>) -> io::Result<()> {
        let folder = self.0.join(letter.day.to_string());
        fs::create_dir_all(&folder).await?;
        let file = folder.join(format!("account-{}.eml", letter.account_id));
        // Nobody shall find half a letter.
        let unfinished = file.with_extension("part");
        fs::write(&unfinished, bytes).await?;
        fs::rename(unfinished, file).await
    }
}
