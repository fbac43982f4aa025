//! Whether a JPEG is all there. The decoder fills what is missing with grey and does not tell.

/// Every marker begins with this byte.
const MARKER: u8 = 0xFF;
/// After [`MARKER`]: no marker but the byte `FF` in the picture's data.
const STUFFED: u8 = 0x00;
/// After [`MARKER`]: the file begins.
const START_OF_IMAGE: u8 = 0xD8;
/// After [`MARKER`]: the picture ends.
const END_OF_IMAGE: u8 = 0xD9;
/// After [`MARKER`]: no segment, only a place from which a decoder may go on after an error.
const RESTARTS: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
/// After [`MARKER`]: no segment, no meaning.
const TEMPORARY: u8 = 0x01;

/// Whether the file reaches the end of its picture (ITU-T T.81, annex B). What follows that end is not looked at: phones put
/// films there. A thumbnail inside the metadata has an end of its own, so segments are stepped over by their lengths; everything
/// else up to the next marker is the picture's data, or filling.
pub(super) fn is_complete(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(marker) = rest.iter().position(|byte| *byte == MARKER) {
        rest = &rest[marker + 1..];
        let length = match rest.first().copied() {
            None => return false,
            Some(END_OF_IMAGE) => return true,
            Some(MARKER) => 0, // a byte that fills up: the marker is yet to come
            Some(STUFFED | START_OF_IMAGE | TEMPORARY) => 1,
            Some(restart) if RESTARTS.contains(&restart) => 1,
            Some(_segment) => {
                let Some([high, low]) = rest.get(1..3) else { return false };
                1 + usize::from(u16::from_be_bytes([*high, *low]))
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start, a segment that holds an end of its own (a thumbnail), a scan with a stuffed byte and a restart, the end.
    const SMALLEST: &[u8] = &[
        0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x06, 0xFF, 0xD8, 0xFF, 0xD9, 0xFF, 0xFF, 0xDA, 0x00, 0x02, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56,
        0xFF, 0xD9,
    ];

    #[test]
    fn a_jpeg_is_complete_with_its_last_byte_only() {
        assert!(is_complete(SMALLEST));
        for length in 0..SMALLEST.len() {
            assert!(!is_complete(&SMALLEST[..length]), "{length} bytes");
        }
    }

    #[test]
    fn what_follows_the_end_does_not_matter() {
        assert!(is_complete(&[SMALLEST, b"a film"].concat()));
    }
}
