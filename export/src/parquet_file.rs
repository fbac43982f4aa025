use std::{io::Write, sync::Arc};

use chrono::{Datelike as _, NaiveDate};
use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use crate::{CloudEvent, ExportError, Sink};

/// How many events a row group holds at most. A group is written column by column, so all of it is held until then.
const ROW_GROUP_EVENTS_MAX: usize = 50_000;

/// How many bytes of payload are held at most, and a page: what bounds the memory where payloads are large.
const ROW_GROUP_DATA_BYTES_MAX: usize = 32 << 20;

/// The columns are the attributes of CloudEvents, in the order in which [`write_row_group`] writes them.
const SCHEMA: &str = "
    message cloud_event {
        REQUIRED BYTE_ARRAY specversion (UTF8);
        REQUIRED BYTE_ARRAY id (UTF8);
        REQUIRED BYTE_ARRAY source (UTF8);
        REQUIRED BYTE_ARRAY type (UTF8);
        OPTIONAL BYTE_ARRAY subject (UTF8);
        REQUIRED INT64 time (TIMESTAMP(MICROS,true));
        REQUIRED BYTE_ARRAY datacontenttype (UTF8);
        REQUIRED INT32 businessday (DATE);
        OPTIONAL BYTE_ARRAY requestid (UTF8);
        REQUIRED BYTE_ARRAY data (UTF8);
    }";

/// The beginning of the calendar of Parquet, in days of our own.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");

/// A Parquet file: one row per event.
pub struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// The events of the coming row group.
    group: Vec<CloudEvent>,
    data_bytes: usize,
    group_events_max: usize,
}

impl<W: Write + Send> Parquet<W> {
    /// Begins a file on `output`.
    pub fn new(output: W) -> Result<Self, ExportError> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = SerializedFileWriter::new(output, schema, Arc::new(properties))?;
        Ok(Self { file, group: Vec::new(), data_bytes: 0, group_events_max: ROW_GROUP_EVENTS_MAX })
    }

    /// The same with row groups of at most so many events.
    #[must_use]
    pub fn in_groups_of(self, group_events_max: usize) -> Self {
        Self { group_events_max, ..self }
    }

    fn end_group(&mut self) -> Result<(), ExportError> {
        let mut group = self.file.next_row_group()?;
        write_row_group(&mut group, &self.group)?;
        group.close()?;
        self.group.clear();
        self.data_bytes = 0;
        Ok(())
    }
}

impl<W: Write + Send> Sink for Parquet<W> {
    fn write(&mut self, events: Vec<CloudEvent>) -> Result<(), ExportError> {
        for event in events {
            self.data_bytes += event.data.get().len();
            self.group.push(event);
            if self.group.len() >= self.group_events_max || self.data_bytes >= ROW_GROUP_DATA_BYTES_MAX {
                self.end_group()?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportError> {
        if !self.group.is_empty() {
            self.end_group()?;
        }
        self.file.finish()?;
        Ok(self.file.inner_mut().flush()?)
    }
}

fn write_row_group<W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, events: &[CloudEvent]) -> Result<(), ExportError> {
    texts(group, events, |event| event.specversion)?;
    column::<ByteArrayType, _>(group, events.iter().map(|event| Some(ByteArray::from(event.id.to_string().into_bytes()))))?;
    texts(group, events, |event| &event.source)?;
    texts(group, events, |event| &event.kind)?;
    optional_texts(group, events, |event| event.subject.as_deref())?;
    column::<Int64Type, _>(group, events.iter().map(|event| Some(event.time.timestamp_micros())))?;
    texts(group, events, |event| event.datacontenttype)?;
    column::<Int32Type, _>(group, events.iter().map(|event| Some(event.businessday.0.num_days_from_ce() - EPOCH.num_days_from_ce())))?;
    optional_texts(group, events, |event| event.requestid.as_deref())?;
    texts(group, events, |event| event.data.get())
}

fn texts<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    events: &[CloudEvent],
    text: impl Fn(&CloudEvent) -> &str,
) -> Result<(), ExportError> {
    optional_texts(group, events, |event| Some(text(event)))
}

fn optional_texts<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    events: &[CloudEvent],
    text: impl Fn(&CloudEvent) -> Option<&str>,
) -> Result<(), ExportError> {
    column::<ByteArrayType, _>(group, events.iter().map(|event| text(event).map(ByteArray::from)))
}

/// Writes the next column. Where a value may be missing, its level says whether it is there; a required column takes no notice of levels.
fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ExportError> {
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    let (levels, values): (Vec<i16>, Vec<Option<T::T>>) = cells.map(|cell| (i16::from(cell.is_some()), cell)).unzip();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(column.close()?)
}
