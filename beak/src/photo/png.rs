//! PNG of any colour type and depth, made smaller row by row.

use std::io::Cursor;

use image::metadata::Orientation;
use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{Unpacked, Unusable, WHOLE_BYTES_MAX, check_dimensions, colour::on_white, shrink::Shrinker, too_many_pixels};

/// Unpacks a file, the first picture of an animated one.
pub(super) fn unpack(bytes: &[u8]) -> Result<Unpacked, Unusable> {
    read(bytes).map_err(|error| match error {
        Failure::Unusable(unusable) => unusable,
        Failure::Decoding(DecodingError::LimitsExceeded) => too_many_pixels(),
        Failure::Decoding(_) => Unusable::Damaged,
    })
}

enum Failure {
    Unusable(Unusable),
    Decoding(DecodingError),
}

impl From<DecodingError> for Failure {
    fn from(error: DecodingError) -> Self {
        Self::Decoding(error)
    }
}

fn read(bytes: &[u8]) -> Result<Unpacked, Failure> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: WHOLE_BYTES_MAX });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info()?;
    let (width, height, is_interlaced) = (header.width, header.height, header.interlaced);
    check_dimensions(width, height).map_err(Failure::Unusable)?;
    let mut reader = decoder.read_info()?;
    let color_type = reader.output_color_type().0;
    let mut shrinker = Shrinker::new(width, height);
    if is_interlaced {
        // Its rows come in seven passes: all of them have to be there.
        let length = reader.output_buffer_size().filter(|length| *length <= WHOLE_BYTES_MAX).ok_or(DecodingError::LimitsExceeded)?;
        let mut whole = vec![0; length];
        let frame = reader.next_frame(&mut whole)?;
        for row in whole.chunks_exact(frame.line_size) {
            push(&mut shrinker, color_type, row);
        }
    } else {
        while let Some(row) = reader.next_row()? {
            push(&mut shrinker, color_type, row.data());
        }
    }
    // What follows the picture may say how it has to be turned. If it cannot be read, the picture is shown as it lies.
    reader.finish().ok();
    let info = reader.info();
    Ok(Unpacked {
        pixels: shrinker.finish(),
        profile: info.icc_profile.as_deref().map(<[u8]>::to_vec),
        orientation: info.exif_metadata.as_deref().and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms),
    })
}

fn push(shrinker: &mut Shrinker, color_type: ColorType, row: &[u8]) {
    match color_type {
        ColorType::Grayscale => shrinker.push(row.iter().map(|level| [*level; 3])),
        ColorType::GrayscaleAlpha => shrinker.push(row.as_chunks().0.iter().map(|[level, alpha]| on_white([*level; 3], *alpha))),
        ColorType::Rgba => shrinker.push(row.as_chunks().0.iter().map(|[red, green, blue, alpha]| on_white([*red, *green, *blue], *alpha))),
        // A palette has been replaced by its colours.
        ColorType::Rgb | ColorType::Indexed => shrinker.push(row.as_chunks().0.iter().copied()),
    }
}
