//! What was done to the system and when, beside the logs of the workers: for whoever has to find out what led to what.

use std::{
    fmt::Arguments,
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// A file that is written line by line; each line begins with the seconds since the first.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Mutex<File>,
    began: Instant,
}

impl Journal {
    /// Begins now, in this folder.
    pub(crate) fn begin(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: Mutex::new(File::create(folder.join("storm.log"))?), began: Instant::now() })
    }

    /// Adds a line. A full disk must not stop a storm: what cannot be written is dropped.
    pub(crate) fn note(&self, line: Arguments<'_>) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(file, "{:9.3} {line}", self.began.elapsed().as_secs_f64());
    }
}
