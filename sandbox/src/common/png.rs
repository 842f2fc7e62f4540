//! Labels as PNG, and the CRC that it shares with gzip.

use super::picture::{self, HEIGHT, WIDTH};

/// Stored, not compressed: deflate's blocks hold at most this much.
const MAX_BLOCK: usize = 65_535;

/// A label in black and white; the number stands in a text chunk, too.
pub fn label(number: &str) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [u32::from(WIDTH).to_be_bytes(), u32::from(HEIGHT).to_be_bytes()].concat();
    // One bit a pixel, grey, no interlacing.
    header.extend_from_slice(&[1, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"tEXt", format!("Title\0{number}").as_bytes());
    let mut rows = Vec::new();
    for row in picture::rows(number) {
        // No filter.
        rows.push(0);
        rows.extend(row.chunks(8).map(packed));
    }
    chunk(&mut out, b"IDAT", &zlib(&rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

/// Eight pixels, white as one.
fn packed(pixels: &[bool]) -> u8 {
    (0..8).fold(0, |byte, place| byte << 1 | u8::from(!pixels.get(place).copied().unwrap_or_default()))
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let count = bytes.chunks(MAX_BLOCK).len();
    for (place, block) in bytes.chunks(MAX_BLOCK).enumerate() {
        out.push(u8::from(place + 1 == count));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % PRIME;
        (low, (high + low) % PRIME)
    });
    high << 16 | low
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc32(&out[start..]).to_be_bytes());
}

/// CRC-32 as PNG and gzip use it.
pub fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_have_the_known_values() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_label_has_its_size_and_number() {
        let png = label("1ZAB12340300000046");
        assert!(png.starts_with(b"\x89PNG") && png.ends_with(b"IEND\xae\x42\x60\x82"));
        assert_eq!(&png[16..24], [1400_u32.to_be_bytes(), 800_u32.to_be_bytes()].concat());
        assert!(png.windows(18).any(|part| part == b"1ZAB12340300000046"));
    }
}
