//! The report with the pictures that were judged wrongly. It refers to the photos where they lie: they are other people's.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result};
use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::evaluate::{Found, Line, wrong};

/// Writes the report as one page of HTML.
pub(crate) fn write(file: &Path, lines: &[Line], found: &[Found]) -> Result<()> {
    let mut page = String::from(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Beaks</title>\
         <style>body{font:1rem sans-serif;margin:2rem}td{padding:.2rem 1rem}figure{display:inline-block;margin:.5rem;width:14rem}img{max-width:14rem;max-height:14rem}</style>\
         <h1>Figures</h1><table>",
    );
    for (what, figure) in lines {
        write!(page, "<tr><td>{}<td>{}", encode_text(what), encode_text(figure))?;
    }
    page.push_str("</table><h1>Judged wrongly</h1>");
    for (path, sighting, is_accepted) in wrong(found) {
        let path = path.canonicalize()?.display().to_string();
        let verdict = if is_accepted { "accepted" } else { "refused" };
        let name = path.rsplit('/').next().unwrap_or_default();
        write!(
            page,
            "<figure><img alt=\"\" src=\"file://{}\"><figcaption>{verdict}: {}<br>parrot {:.2}, beak {:.2}</figcaption></figure>",
            encode_double_quoted_attribute(&path),
            encode_text(name),
            sighting.parrot,
            sighting.beak
        )?;
    }
    fs::write(file, page).with_context(|| format!("{} cannot be written", file.display()))
}
