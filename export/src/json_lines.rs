use std::io::Write;

use crate::{CloudEvent, ExportError, Sink};

/// One event a line, as JSON.
#[derive(Debug)]
pub struct JsonLines<W> {
    output: W,
    /// The lines of a page: written at once, so that a reader who goes away leaves few lines in the middle.
    lines: Vec<u8>,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `output`.
    pub const fn new(output: W) -> Self {
        Self { output, lines: Vec::new() }
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn write(&mut self, events: Vec<CloudEvent>) -> Result<(), ExportError> {
        self.lines.clear();
        for event in events {
            serde_json::to_writer(&mut self.lines, &event).map_err(std::io::Error::from)?;
            self.lines.push(b'\n');
        }
        self.output.write_all(&self.lines)?;
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportError> {
        Ok(self.output.flush()?)
    }
}
