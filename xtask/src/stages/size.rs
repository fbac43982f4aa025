//! The size budget: what a browser loads before the first page is alive.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{console::say, repository::Repository, setup::Toolbox, summary::Verdict};

/// The WebAssembly, compressed with brotli. Half a second on a good phone connection; beyond it the pages feel slow to come alive.
const WASM_BYTES_MAX: u64 = 280_000;
const WASM_BYTES_GOAL: u64 = 200_000;
/// The WebAssembly, its JavaScript and the style sheet together. The page itself comes on top, with some 10 KB.
const FIRST_LOAD_BYTES_MAX: u64 = 310_000;

pub(super) fn check(repository: &Repository, _: &Toolbox) -> Result<Verdict> {
    let folder = repository.site().join("pkg");
    let mut first_load = 0;
    let mut wasm = 0;
    for kind in ["wasm", "js", "css"] {
        let sizes = sizes(&folder, kind)?;
        say!("{kind:5}{:>9} bytes, {:>8} with brotli", sizes.raw, sizes.brotli);
        first_load += sizes.brotli;
        if kind == "wasm" {
            wasm = sizes.brotli;
        }
    }
    say!("first load: {first_load} of {FIRST_LOAD_BYTES_MAX} bytes; wasm: {wasm} of {WASM_BYTES_MAX} bytes, goal {WASM_BYTES_GOAL}");
    if wasm > WASM_BYTES_MAX {
        bail!("the WebAssembly has {wasm} bytes with brotli, {WASM_BYTES_MAX} are allowed");
    }
    if first_load > FIRST_LOAD_BYTES_MAX {
        bail!("the first load has {first_load} bytes with brotli, {FIRST_LOAD_BYTES_MAX} are allowed");
    }
    Ok(Verdict::Passed(format!("wasm {wasm} B br, first load {first_load} B br")))
}

struct Sizes {
    raw: u64,
    brotli: u64,
}

/// The sizes of all files of a kind in the folder, which must hold at least one.
fn sizes(folder: &Path, kind: &str) -> Result<Sizes> {
    let mut sum = Sizes { raw: 0, brotli: 0 };
    for entry in fs::read_dir(folder).with_context(|| format!("there is no {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            let compressed = path.with_added_extension("br");
            sum.raw += path.metadata()?.len();
            sum.brotli += compressed.metadata().with_context(|| format!("there is no {}", compressed.display()))?.len();
        }
    }
    if sum.raw == 0 {
        bail!("{} holds no .{kind} file", folder.display());
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::sizes;

    #[test]
    fn sizes_are_summed_and_a_missing_file_is_an_error() -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("ates-size-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("ates.1a.wasm"), [0; 100])?;
        assert!(sizes(&folder, "wasm").is_err());
        fs::write(folder.join("ates.1a.wasm.br"), [0; 40])?;
        let found = sizes(&folder, "wasm")?;
        assert_eq!((found.raw, found.brotli), (100, 40));
        assert!(sizes(&folder, "css").is_err());
        Ok(fs::remove_dir_all(folder)?)
    }
}
