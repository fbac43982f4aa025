//! Reading what test runners say at the end.

/// How many tests ran, summed over every test binary of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Counts {
    /// Takes in a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s`.
    pub(crate) fn add_libtest_line(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else {
            return;
        };
        for part in result.split([';', '.']) {
            self.add(part);
        }
    }

    /// Takes in one of Playwright's last lines, such as `  12 passed (34.5s)` or `  1 flaky`.
    pub(crate) fn add_playwright_line(&mut self, line: &str) {
        let words = line.split('(').next().unwrap_or_default();
        if words.split_whitespace().count() <= 3 {
            self.add(words);
        }
    }

    fn add(&mut self, part: &str) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next().and_then(|word| word.parse::<u32>().ok()), words.next()) else {
            return;
        };
        let count = match what {
            "passed" => &mut self.passed,
            "failed" => &mut self.failed,
            "ignored" | "skipped" => &mut self.ignored,
            _ => return,
        };
        *count += number;
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} tests", self.passed + self.failed)?;
        if self.failed > 0 {
            write!(formatter, ", {} failed", self.failed)?;
        }
        if self.ignored > 0 {
            write!(formatter, ", {} ignored", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn results_of_several_binaries_are_summed() {
        let mut counts = Counts::default();
        for line in [
            "running 6 tests",
            "test money::splits ... ok",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.50s",
        ] {
            counts.add_libtest_line(line);
        }
        assert_eq!(counts, Counts { passed: 7, failed: 1, ignored: 1 });
        assert_eq!(counts.to_string(), "8 tests, 1 failed, 1 ignored");
    }

    #[test]
    fn playwright_counts_at_the_end() {
        let mut counts = Counts::default();
        for line in ["Running 15 tests using 1 worker", "  ✓ 2 passed through the gate (3ms)", "  2 skipped", "  12 passed (34.5s)"] {
            counts.add_playwright_line(line);
        }
        assert_eq!(counts, Counts { passed: 12, failed: 0, ignored: 2 });
    }
}
