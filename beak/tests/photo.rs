//! Photo intake, from bytes made for each test: what cameras write, what was cut off on the way, and what only pretends.

use std::io::Cursor;

use beak::photo::{Photo, SIDE_MIN, Unusable};
use image::{
    ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    imageops,
};
use jpeg_encoder::{ColorType, Encoder};
use moxcms::ColorProfile;

/// Four plain quarters, by default in these colours: encoders keep them, and each corner tells how a picture lies.
const QUARTERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 200, 40], [40, 40, 200], [220, 220, 60]];

fn quarter(width: u32, height: u32, x: u32, y: u32) -> usize {
    usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)
}

fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb(QUARTERS[quarter(width, height, x, y)]))
}

/// Fine blots, so that every part of a JPEG's data matters.
fn blots(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let level = ((x / 8).wrapping_mul(2_654_435_761) ^ (y / 8).wrapping_mul(2_246_822_519)).wrapping_mul(3_266_489_917).to_be_bytes();
        Rgb([level[0], level[1], level[2]])
    })
}

fn read(bytes: &[u8]) -> RgbImage {
    Photo::read(bytes).expect("a photo").pixels().clone()
}

fn refusal(bytes: &[u8]) -> Unusable {
    Photo::read(bytes).expect_err("the photo is refused")
}

/// The middles of the quarters.
fn middles(picture: &RgbImage) -> [[u8; 3]; 4] {
    let (width, height) = picture.dimensions();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| picture.get_pixel(x * width / 4, y * height / 4).0)
}

fn assert_colours(picture: &RgbImage, expected: [[u8; 3]; 4], tolerance: u8, what: &str) {
    let seen = middles(picture);
    let worst = seen.as_flattened().iter().zip(expected.as_flattened()).map(|(one, other)| one.abs_diff(*other)).max();
    assert!(worst <= Some(tolerance), "{what}: {seen:?} instead of {expected:?}");
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

fn jpeg(picture: &RgbImage, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    jpeg_of(picture.as_raw(), picture.dimensions(), ColorType::Rgb, set)
}

fn jpeg_of(data: &[u8], (width, height): (u32, u32), color_type: ColorType, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    set(&mut encoder);
    let [width, height] = [width, height].map(|side| u16::try_from(side).expect("a side of a JPEG"));
    encoder.encode(data, width, height, color_type).expect("a JPEG");
    bytes
}

/// Rows of a PNG that is too large to be there at once.
fn png_of_rows(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, row: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("a header");
    let mut stream = writer.stream_writer().expect("a stream");
    for y in 0..height {
        std::io::Write::write_all(&mut stream, &row(y)).expect("a row");
    }
    stream.finish().expect("the last row");
    drop(writer);
    bytes
}

/// A chunk of a PNG.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), data].concat();
    // ISO 3309.
    let crc = !checked.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    [u32::try_from(data.len()).expect("a chunk").to_be_bytes().as_slice(), &checked, &crc.to_be_bytes()].concat()
}

/// A PNG of RGB, 8 bits, with this compressed data.
fn png_of_data(width: u32, height: u32, is_interlaced: bool, data: &[u8]) -> Vec<u8> {
    let header = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 2, 0, 0, u8::from(is_interlaced)]].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(*b"IHDR", &header), &chunk(*b"IDAT", data), &chunk(*b"IEND", &[])].concat()
}

/// Data in zlib's format that is not compressed at all (RFC 1950 and 1951).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(0xFFFF).collect();
    for (number, block) in (1..).zip(&blocks) {
        let length = u16::try_from(block.len()).expect("a short block");
        bytes.push(u8::from(number == blocks.len()));
        bytes.extend(length.to_le_bytes());
        bytes.extend((!length).to_le_bytes());
        bytes.extend_from_slice(block);
    }
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    bytes.extend((high << 16 | low).to_be_bytes());
    bytes
}

/// The picture in the seven passes of Adam7, none of its rows filtered.
fn interlaced_png(picture: &RgbImage) -> Vec<u8> {
    const PASSES: [(u32, u32, usize, usize); 7] =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let mut data = Vec::new();
    for (left, top, right_by, down_by) in PASSES {
        for y in (top..picture.height()).step_by(down_by) {
            data.push(0);
            data.extend((left..picture.width()).step_by(right_by).flat_map(|x| picture.get_pixel(x, y).0));
        }
    }
    png_of_data(picture.width(), picture.height(), true, &stored(&data))
}

#[test]
fn the_three_formats_are_read() {
    let picture = quarters(320, 240);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let photo = read(&encoded(&picture, format));
        assert_eq!(photo.dimensions(), (320, 240));
        assert_colours(&photo, QUARTERS, 8, &format!("{format:?}"));
    }
}

#[test]
fn nothing_is_missing() {
    assert_eq!(refusal(&[]), Unusable::Missing);
}

#[test]
fn other_formats_are_unknown_whatever_they_are_called() {
    for bytes in
        [b"GIF89a\x40\x01\xf0\0\0\0\0;".as_slice(), b"BM6\0\0\0", b"II*\0\x08\0\0\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xFF"]
    {
        assert_eq!(refusal(bytes), Unusable::UnknownFormat, "{bytes:?}");
    }
}

#[test]
fn a_photo_of_an_iphone_in_its_own_format_is_called_by_its_name() {
    for brand in [b"heic", b"heix", b"mif1"] {
        assert_eq!(refusal(&[b"\0\0\0\x24ftyp".as_slice(), brand, b"\0\0\0\0mif1MiHE"].concat()), Unusable::Heic);
    }
    assert_eq!(refusal(b"\0\0\0\x20ftypisom\0\0\x02\0isom"), Unusable::UnknownFormat, "a film");
}

#[test]
fn photos_of_fifty_megapixels_are_read_at_a_reduced_scale() {
    for (width, height) in [(8160, 6144), (8192, 6144)] {
        let photo = read(&jpeg(&quarters(width, height), |encoder| encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2)));
        assert!(photo.width().max(photo.height()) <= 1280, "{:?}", photo.dimensions());
        assert_colours(&photo, QUARTERS, 8, "50 megapixels");
    }
}

#[test]
fn a_progressive_jpeg_is_read() {
    let photo = read(&jpeg(&quarters(4032, 3024), |encoder| encoder.set_progressive(true)));
    assert_eq!(photo.dimensions(), (1008, 756), "a quarter, as it comes out of the cosine transform");
    assert_colours(&photo, QUARTERS, 8, "progressive");
}

#[test]
fn grey_is_grey() {
    let levels = image::GrayImage::from_fn(320, 240, |x, y| image::Luma([[10, 80, 160, 240][quarter(320, 240, x, y)]]));
    let expected = [[10; 3], [80; 3], [160; 3], [240; 3]];
    let mut png = Cursor::new(Vec::new());
    levels.write_to(&mut png, ImageFormat::Png).expect("a PNG");
    assert_colours(&read(png.get_ref()), expected, 0, "PNG");
    assert_colours(&read(&jpeg_of(levels.as_raw(), levels.dimensions(), ColorType::Luma, |_| ())), expected, 4, "JPEG");
}

/// Half the ink on a part of paper that is left white otherwise, and black by black ink alone.
#[test]
fn inks_become_colours() {
    let inks = [[255, 0, 0, 0], [0, 255, 255, 0], [0, 0, 128, 0], [0, 0, 0, 204]];
    let expected = [[0, 255, 255], [255, 0, 0], [255, 255, 127], [51, 51, 51]];
    let data: Vec<u8> = (0..240).flat_map(|y| (0..320).flat_map(move |x| inks[quarter(320, 240, x, y)])).collect();
    for (color_type, what) in [(ColorType::Cmyk, "CMYK"), (ColorType::CmykAsYcck, "YCCK")] {
        assert_colours(&read(&jpeg_of(&data, (320, 240), color_type, |_| ())), expected, 8, what);
    }
}

/// 6000 × 6000 at 16 bits is 216 megabytes unpacked, and a photo of little more than one.
#[test]
fn a_large_png_of_sixteen_bits_is_read_row_by_row() {
    let row = |y| (0..6000).flat_map(|x| QUARTERS[quarter(6000, 6000, x, y)].map(|channel| [channel, 77]).concat()).collect();
    let photo = read(&png_of_rows(6000, 6000, png::ColorType::Rgb, png::BitDepth::Sixteen, row));
    assert_eq!(photo.dimensions(), (1000, 1000));
    assert_colours(&photo, QUARTERS, 1, "16 bits");
}

#[test]
fn an_interlaced_png_is_read() {
    let picture = blots(333, 241);
    assert_eq!(read(&interlaced_png(&picture)), picture);
}

#[test]
fn what_is_transparent_is_white() {
    let drawing = |hidden: [u8; 3]| {
        RgbaImage::from_fn(320, 240, |x, y| match quarter(320, 240, x, y) {
            0 => Rgba([0, 0, 0, 255]),
            3 => Rgba([0, 0, 0, 51]),
            _ => Rgba([hidden[0], hidden[1], hidden[2], 0]),
        })
    };
    let expected = [[0; 3], [255; 3], [255; 3], [204; 3]];
    for hidden in [[0; 3], [255, 0, 0], [12, 34, 56]] {
        let drawing = drawing(hidden);
        let (mut png, mut webp) = (Vec::new(), Vec::new());
        PngEncoder::new(&mut png).write_image(&drawing, 320, 240, ExtendedColorType::Rgba8).expect("a PNG");
        WebPEncoder::new_lossless(&mut webp).write_image(&drawing, 320, 240, ExtendedColorType::Rgba8).expect("a WebP");
        assert_colours(&read(&png), expected, 0, "PNG");
        assert_colours(&read(&webp), expected, 0, "WebP");
    }
}

/// Colours computed from the primaries and curves of the standards (SMPTE EG 432-1, Adobe RGB (1998), IEC 61966-2-1) by other means.
#[test]
fn colours_of_other_spaces_become_those_of_the_web() {
    let plain = |left: [u8; 3], right: [u8; 3]| RgbImage::from_fn(320, 240, |x, _| Rgb(if x < 160 { left } else { right }));
    let ([one, other], picture) = ([[200, 100, 50], [90, 180, 120]], plain([200, 100, 50], [90, 180, 120]));
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    let adobe = ColorProfile::new_adobe_rgb().encode().expect("a profile");
    for (profile, expected) in [
        (Some(p3), [[215, 93, 31], [41, 183, 114]]),
        (Some(adobe), [[227, 100, 42], [0, 181, 117]]),
        (Some(b"no profile".to_vec()), [one, other]),
        (None, [one, other]),
    ] {
        let expected = [expected[0], expected[1], expected[0], expected[1]];
        let (mut png, mut jpeg) = (Vec::new(), Vec::new());
        let (mut png_encoder, mut jpeg_encoder) = (PngEncoder::new(&mut png), JpegEncoder::new_with_quality(&mut jpeg, 95));
        if let Some(profile) = profile {
            png_encoder.set_icc_profile(profile.clone()).expect("PNG takes profiles");
            jpeg_encoder.set_icc_profile(profile).expect("JPEG takes profiles");
        }
        png_encoder.write_image(&picture, 320, 240, ExtendedColorType::Rgb8).expect("a PNG");
        jpeg_encoder.write_image(&picture, 320, 240, ExtendedColorType::Rgb8).expect("a JPEG");
        assert_colours(&read(&png), expected, 2, "PNG");
        assert_colours(&read(&jpeg), expected, 6, "JPEG");
    }
}

#[test]
fn a_photo_is_turned_upright() {
    let upright = quarters(320, 240);
    // What must be done to a picture so that doing what the tag says shows it upright again (EXIF 2.32, 0x0112).
    let undo: [fn(&RgbImage) -> RgbImage; 8] = [
        RgbImage::clone,
        |picture| imageops::flip_horizontal(picture),
        |picture| imageops::rotate180(picture),
        |picture| imageops::flip_vertical(picture),
        |picture| imageops::rotate270(&imageops::flip_horizontal(picture)),
        |picture| imageops::rotate270(picture),
        |picture| imageops::rotate90(&imageops::flip_horizontal(picture)),
        |picture| imageops::rotate90(picture),
    ];
    for (orientation, undo) in (1..).zip(undo) {
        let tag_orientation = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
        let exif = [b"II\x2a\0\x08\0\0\0".as_slice(), &[1, 0], &tag_orientation, &[0; 4]].concat();
        let turned = undo(&upright);
        let as_jpeg = jpeg(&turned, |encoder| encoder.add_exif_metadata(&exif).expect("JPEG has room for metadata"));
        // Metadata may follow the picture.
        let mut as_png = encoded(&turned, ImageFormat::Png);
        let end = chunk(*b"IEND", &[]);
        as_png.truncate(as_png.len() - end.len());
        as_png.extend([chunk(*b"eXIf", &exif), end].concat());
        for (bytes, what) in [(as_jpeg, "JPEG"), (as_png, "PNG")] {
            let photo = read(&bytes);
            assert_eq!(photo.dimensions(), upright.dimensions(), "{what}, orientation {orientation}");
            assert_colours(&photo, QUARTERS, 8, &format!("{what}, orientation {orientation}"));
        }
    }
}

#[test]
fn a_jpeg_that_lacks_only_the_bytes_that_end_it_is_read() {
    let picture = blots(320, 240);
    for is_progressive in [false, true] {
        let whole = jpeg(&picture, |encoder| encoder.set_progressive(is_progressive));
        let photo = read(&whole);
        for missing in 1..=2 {
            assert_eq!(read(&whole[..whole.len() - missing]), photo, "{missing} bytes are missing");
        }
        assert_eq!(read(&[whole.as_slice(), b"a film"].concat()), photo, "what follows the picture does not matter");
    }
}

#[test]
fn a_photo_that_was_cut_off_is_damaged_wherever_that_was() {
    let picture = blots(320, 240);
    for whole in [
        jpeg(&picture, |_| ()),
        jpeg(&picture, |encoder| encoder.set_optimized_huffman_tables(true)),
        jpeg(&picture, |encoder| encoder.set_restart_interval(20)),
        encoded(&picture, ImageFormat::Png),
        encoded(&picture, ImageFormat::WebP),
    ] {
        for percent in 1..100 {
            assert_eq!(refusal(&whole[..whole.len() * percent / 100]), Unusable::Damaged, "{percent} % of {:?}", &whole[..4]);
        }
    }
}

#[test]
fn a_photo_that_is_too_small_is_told_its_size() {
    let side_min = SIDE_MIN;
    read(&encoded(&quarters(side_min, side_min), ImageFormat::Jpeg));
    for (width, height) in [(side_min - 1, side_min), (side_min, side_min - 1), (2, 2)] {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            assert_eq!(refusal(&encoded(&quarters(width, height), format)), Unusable::TooSmall { width, height, side_min });
        }
    }
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    for (width, height) in [(60_000, 60_000), (u32::MAX >> 1, 200), (8_001, 8_000)] {
        let bomb = png_of_data(width, height, false, &[0x78, 0x9C, 0x01]);
        assert_eq!(refusal(&bomb), Unusable::TooManyPixels { pixels_max: 64_000_000 }, "{width} × {height}");
    }
    for is_interlaced in [false, true] {
        // As many as are allowed: it is unpacked, and found to hold nothing.
        assert_eq!(refusal(&png_of_data(8_000, 8_000, is_interlaced, &[0x78, 0x9C, 0x01])), Unusable::Damaged);
    }
}

/// Each scan goes through all of the picture.
#[test]
fn a_jpeg_of_very_many_scans_is_not_unpacked() {
    let whole = jpeg(&quarters(320, 240), |encoder| encoder.set_progressive(true));
    let scan = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("a scan");
    let (head, scans) = whole.split_at(scan);
    let repeated = |times| [head, &scans[..scans.len() - 2].repeat(times), &[0xFF, 0xD9]].concat();
    assert_eq!(refusal(&repeated(40)), Unusable::Damaged);
    read(&repeated(2)); // it is their number alone
}

#[test]
fn one_plain_area_is_blank() {
    for level in [0, 90, 255] {
        assert_eq!(refusal(&encoded(&RgbImage::from_pixel(200, 200, Rgb([level; 3])), ImageFormat::Jpeg)), Unusable::Blank, "{level}");
    }
    // The grain of a camera that sees nothing.
    let grain = RgbImage::from_fn(200, 200, |x, y| Rgb([100 + ((x * 7 + y * 13) % 5) as u8; 3]));
    assert_eq!(refusal(&encoded(&grain, ImageFormat::Png)), Unusable::Blank);
}
