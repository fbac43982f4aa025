//! What the person at the terminal reads.

use std::{
    fmt::Arguments,
    io::{self, Write as _},
};

/// Prints one line.
macro_rules! say {
    ($($format:tt)*) => {
        $crate::console::print(format_args!($($format)*))
    };
}
pub(crate) use say;

/// A closed terminal or a `| head` must not stop a build: what cannot be printed is dropped.
pub(crate) fn print(line: Arguments<'_>) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Says on standard error why a chore could not be done: the error and what led to it.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "xtask: {error:#}");
}

/// A duration as people say it: `0.4 s`, `48 s`, `7 min 02 s`.
pub(crate) fn spoken(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::spoken;

    #[test]
    fn durations_are_spoken_in_the_unit_that_fits() {
        assert_eq!(spoken(Duration::from_millis(350)), "0.3 s");
        assert_eq!(spoken(Duration::from_secs(48)), "48 s");
        assert_eq!(spoken(Duration::from_secs(422)), "7 min 02 s");
    }
}
