//! A small valid GIF without a compressor, and the CRC that gzip wants.

use super::barcode;

const WIDTH: u16 = 400;
const HEIGHT: u16 = 120;
// With 7-bit pixels every code is one byte, as long as the table is cleared before it grows.
const CLEAR: u8 = 128;
const END: u8 = 129;
const RUN_PIXELS: usize = 120;

/// A picture of the number's bars.
pub fn picture(number: &str) -> Vec<u8> {
    let mut out = b"GIF89a".to_vec();
    out.extend_from_slice(&WIDTH.to_le_bytes());
    out.extend_from_slice(&HEIGHT.to_le_bytes());
    // Global table of 128 colours: white, then black for all others.
    out.extend_from_slice(&[0xf6, 0, 0, 255, 255, 255]);
    out.extend_from_slice(&[0; 127 * 3]);
    out.extend_from_slice(&[0x2c, 0, 0, 0, 0]);
    out.extend_from_slice(&WIDTH.to_le_bytes());
    out.extend_from_slice(&HEIGHT.to_le_bytes());
    out.extend_from_slice(&[0, 7]);
    let row = row(number);
    let pixels: Vec<u8> = (0..HEIGHT).flat_map(|_| row.iter().copied()).collect();
    let mut codes = Vec::with_capacity(pixels.len() + pixels.len() / RUN_PIXELS + 2);
    for run in pixels.chunks(RUN_PIXELS) {
        codes.push(CLEAR);
        codes.extend_from_slice(run);
    }
    codes.push(END);
    for block in codes.chunks(255) {
        out.push(u8::try_from(block.len()).unwrap_or(255));
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&[0, 0x3b]);
    out
}

fn row(number: &str) -> Vec<u8> {
    const MARGIN: usize = 10;
    let mut row = vec![0; usize::from(WIDTH)];
    for (left, width) in barcode::bars(number).0 {
        let start = MARGIN + left as usize;
        for pixel in row.iter_mut().skip(start).take(width as usize) {
            *pixel = 1;
        }
    }
    row
}

/// CRC-32 as gzip uses it.
pub fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_checksums_have_the_known_form() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let gif = picture("1ZAB12340300000046");
        assert!(gif.starts_with(b"GIF89a") && gif.ends_with(&[0, 0x3b]));
        assert_eq!(u16::from_le_bytes([gif[6], gif[7]]), WIDTH);
    }
}
