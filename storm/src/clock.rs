//! Worker processes whose wall clock goes wrong: libfaketime stands between them and the system's clock.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// Where distributions keep the library, below the folders of libraries; the set-up of xtask looks there too. The variant for
/// programs with threads.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// For how many seconds the library trusts what it has read: the shortest it offers.
const READ_AGAIN_SECONDS: &str = "1";

/// The library, where it is installed.
pub(crate) fn library() -> Option<PathBuf> {
    let of_machines = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = of_machines.chain(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from));
    folders.map(|folder| folder.join(LIBRARY)).find(|library| library.exists())
}

/// The wall clock of one process. Time spans and time limits go by another clock, which stays right, as on a real machine.
#[derive(Debug)]
pub(crate) struct SteppedClock {
    library: PathBuf,
    file: PathBuf,
}

impl SteppedClock {
    /// A clock that goes right until it is stepped; what it shows is kept in this file.
    pub(crate) fn new(library: &Path, file: PathBuf) -> io::Result<Self> {
        let clock = Self { library: library.to_owned(), file };
        clock.step(0)?;
        Ok(clock)
    }

    /// Lets a program go by this clock.
    pub(crate) fn give_to(&self, program: &mut Command) {
        let variables: [(&str, &OsStr); 4] = [
            ("LD_PRELOAD", self.library.as_os_str()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.as_os_str()),
            ("FAKETIME_CACHE_DURATION", OsStr::new(READ_AGAIN_SECONDS)),
            ("FAKETIME_DONT_FAKE_MONOTONIC", OsStr::new("1")),
        ];
        program.envs(variables);
    }

    /// Sets it so many seconds before the right time (or behind, where negative). The process notices within a second or two.
    pub(crate) fn step(&self, seconds: i64) -> io::Result<()> {
        // Not written in place: the library must not read half of it.
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{seconds:+}"))?;
        fs::rename(new, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `date` shows, in seconds since 1970.
    fn shown(mut date: Command) -> i64 {
        let shown = date.arg("+%s").output().expect("date runs").stdout;
        String::from_utf8(shown).expect("digits").trim().parse().expect("seconds")
    }

    #[test]
    fn a_program_goes_by_the_clock_it_was_given() {
        let Some(library) = library() else { return };
        let folder = tempfile::tempdir().expect("a folder");
        let clock = SteppedClock::new(&library, folder.path().join("clock")).expect("a clock");
        for seconds in [0, 600, -600] {
            clock.step(seconds).expect("the clock can be set");
            let mut date = Command::new("date");
            clock.give_to(&mut date);
            let difference = shown(date) - shown(Command::new("date"));
            assert!((difference - seconds).abs() < 30, "{difference} s instead of {seconds} s");
        }
    }
}
