//! JPEG, as cameras write it: baseline or progressive, grey, RGB or CMYK, made smaller while its cosine transform is undone.

use std::io::Read;

use image::{RgbImage, metadata::Orientation};
use jpeg_decoder::{CodingProcess, Decoder, Error, ImageInfo, PixelFormat};

use super::{SIDE_UNPACKED_MIN, Unpacked, Unusable, check_dimensions, colour, too_many_pixels};

/// Every marker begins with this byte (ITU-T T.81, table B.1).
const MARKER: u8 = 0xFF;

/// A scan begins, after [`MARKER`].
const START_OF_SCAN: u8 = 0xDA;

/// The picture ends here.
const END_OF_IMAGE: [u8; 2] = [MARKER, 0xD9];

/// How many scans a file may have, those of its thumbnails included. Cameras write 1, encoders 10 to 20 for a progressive picture; each goes
/// through all of it, so a file made of scans would keep a processor busy for hours.
const SCANS_MAX: usize = 100;

/// How much memory the coefficients of a progressive picture may take, in bytes: they are all there at once. Enough for the most pixels of three
/// channels.
const COEFFICIENT_BYTES_MAX: u64 = 384_000_000;

/// How many bytes a coefficient takes.
const COEFFICIENT_BYTES: u64 = 2;

/// What is read in place of missing data: a decoder reads up to eight bytes ahead of what it needs.
const STAND_INS: [&[u8]; 2] = [&[0x00; 16], &[0xAA; 16]];

/// Unpacks a file.
pub(super) fn unpack(bytes: &[u8]) -> Result<Unpacked, Unusable> {
    if scans(bytes) > SCANS_MAX {
        return Err(Unusable::Damaged);
    }
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(|error| refusal(&error))?;
    let info = decoder.info().ok_or(Unusable::Damaged)?;
    check_dimensions(info.width.into(), info.height.into())?;
    if info.coding_process == CodingProcess::DctProgressive && coefficient_bytes(info) > COEFFICIENT_BYTES_MAX {
        return Err(too_many_pixels());
    }
    match decode(bytes) {
        Err(Error::Format(_) | Error::Io(_)) => without_its_end(bytes),
        read => read.map_err(|error| refusal(&error)),
    }
}

/// How many scans begin in a file. In the data of a picture, the marker's first byte is never followed by a scan's.
fn scans(bytes: &[u8]) -> usize {
    bytes.windows(2).filter(|pair| *pair == [MARKER, START_OF_SCAN]).count()
}

/// At most: colours are mostly stored at half the size.
fn coefficient_bytes(info: ImageInfo) -> u64 {
    u64::from(info.width) * u64::from(info.height) * info.pixel_format.pixel_bytes() as u64 * COEFFICIENT_BYTES
}

/// Unpacks a file that lacks no more than the bytes that say that it ends: viewers open such files. Where a part of the picture is missing, two
/// stand-ins for it make two different pictures.
fn without_its_end(bytes: &[u8]) -> Result<Unpacked, Unusable> {
    let data = bytes.strip_suffix(&[MARKER]).unwrap_or(bytes);
    let [one, other] = STAND_INS.map(|stand_in| decode(data.chain(stand_in).chain(END_OF_IMAGE.as_slice())));
    match (one, other) {
        (Ok(one), Ok(other)) if one.pixels == other.pixels => Ok(one),
        _ => Err(Unusable::Damaged),
    }
}

fn decode(file: impl Read) -> Result<Unpacked, Error> {
    let mut decoder = Decoder::new(file);
    let side = SIDE_UNPACKED_MIN as u16;
    decoder.scale(side, side)?;
    let data = decoder.decode()?;
    let nothing = || Error::Format("there is no picture".to_owned());
    let info = decoder.info().ok_or_else(nothing)?;
    let profile = decoder.icc_profile();
    let (rgb, profile) = match info.pixel_format {
        PixelFormat::RGB24 => (data, profile),
        PixelFormat::L8 => (grey(data), None),
        PixelFormat::L16 => (grey(data.chunks_exact(2).map(|level| (u16::from_ne_bytes([level[0], level[1]]) >> 8) as u8)), None),
        PixelFormat::CMYK32 => (colour::cmyk_to_srgb(&data, profile.as_deref()), None),
    };
    // A picture with unreadable metadata is shown as it lies.
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    let pixels = RgbImage::from_raw(info.width.into(), info.height.into(), rgb).ok_or_else(nothing)?;
    Ok(Unpacked { pixels, profile, orientation })
}

fn grey(levels: impl IntoIterator<Item = u8>) -> Vec<u8> {
    levels.into_iter().flat_map(|level| [level; 3]).collect()
}

/// What the decoder's complaint means to whoever sent the photo.
fn refusal(error: &Error) -> Unusable {
    match error {
        Error::Unsupported(_) => Unusable::UnknownFormat,
        Error::Format(_) | Error::Io(_) | Error::Internal(_) => Unusable::Damaged,
    }
}
