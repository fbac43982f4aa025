use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Write},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

/// A file that gets its name when it is whole: until then it is called `….part`, so that nobody takes a half for it. What is not kept is
/// removed; what a killed process has left is written anew by the next one.
#[derive(Debug)]
pub struct PartFile {
    writer: BufWriter<File>,
    part: PathBuf,
    name: PathBuf,
    is_kept: bool,
}

impl PartFile {
    /// Begins the file that will be called `name`. One at a time: who writes it holds a lock on it.
    pub fn begin(name: &Path) -> io::Result<Self> {
        let mut part = OsString::from(name);
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::options().write(true).create(true).truncate(false).open(&part)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Between the opening and the lock another process may have given it its name.
        if fs::metadata(&part).map(|found| found.ino()).ok() != Some(file.metadata()?.ino()) {
            return Err(taken());
        }
        file.set_len(0)?;
        Ok(Self { writer: BufWriter::new(file), part, name: name.to_owned(), is_kept: false })
    }

    /// Gives the whole file its name, in place of whatever had it, when all of it is on the disk.
    pub fn keep(mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().sync_all()?;
        fs::rename(&self.part, &self.name)?;
        self.is_kept = true;
        let folder = self.name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // Where it stays, the next one writes it anew.
            let _ = fs::remove_file(&self.part);
        }
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::ResourceBusy, "another process is writing this file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("events.jsonl");
        let names = || fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect::<Vec<_>>();
        fs::write(&name, "an older export").expect("a file");
        fs::write(folder.path().join("events.jsonl.part"), "what a killed process has left").expect("a file");

        let mut file = PartFile::begin(&name).expect("a file");
        file.write_all(b"half").expect("written");
        let error = PartFile::begin(&name).expect_err("it is being written");
        assert_eq!(error.kind(), io::ErrorKind::ResourceBusy);
        drop(file);
        assert_eq!(names(), ["events.jsonl"]);
        assert_eq!(fs::read_to_string(&name).expect("a text"), "an older export");

        let mut file = PartFile::begin(&name).expect("a file");
        file.write_all(b"whole").expect("written");
        file.keep().expect("it is kept");
        assert_eq!(names(), ["events.jsonl"]);
        assert_eq!(fs::read_to_string(&name).expect("a text"), "whole");
    }
}
