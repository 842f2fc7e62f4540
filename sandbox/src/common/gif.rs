//! Labels as GIF.

use std::collections::HashMap;

use super::picture::{self, HEIGHT, WIDTH};

/// The smallest that GIF knows; pixels are 0 and 1.
const LEAST_BITS: u8 = 2;
const CLEAR: u16 = 1 << LEAST_BITS;
const END: u16 = CLEAR + 1;
/// Codes have at most twelve bits.
const MAX_CODES: u16 = 4096;

/// A label; the number stands in a comment, too.
pub fn label(number: &str) -> Vec<u8> {
    let mut out = b"GIF89a".to_vec();
    out.extend_from_slice(&WIDTH.to_le_bytes());
    out.extend_from_slice(&HEIGHT.to_le_bytes());
    // A global table of two colours: white, black.
    out.extend_from_slice(&[0x80, 0, 0, 255, 255, 255, 0, 0, 0]);
    out.extend_from_slice(&[0x21, 0xfe]);
    blocks(&mut out, number.as_bytes());
    out.extend_from_slice(&[0x2c, 0, 0, 0, 0]);
    out.extend_from_slice(&WIDTH.to_le_bytes());
    out.extend_from_slice(&HEIGHT.to_le_bytes());
    out.extend_from_slice(&[0, LEAST_BITS]);
    let pixels = picture::rows(number).into_iter().flatten().map(u8::from);
    blocks(&mut out, &compressed(pixels));
    out.push(0x3b);
    out
}

fn blocks(out: &mut Vec<u8>, bytes: &[u8]) {
    for block in bytes.chunks(255) {
        out.push(u8::try_from(block.len()).unwrap_or(255));
        out.extend_from_slice(block);
    }
    out.push(0);
}

/// LZW as GIF has it: codes grow by a bit when the table does.
fn compressed(pixels: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut table: HashMap<(u16, u8), u16> = HashMap::new();
    let (mut next, mut width) = (END + 1, u32::from(LEAST_BITS) + 1);
    bits.push(CLEAR, width);
    let mut current: Option<u16> = None;
    for pixel in pixels {
        let Some(code) = current else {
            current = Some(u16::from(pixel));
            continue;
        };
        if let Some(longer) = table.get(&(code, pixel)) {
            current = Some(*longer);
            continue;
        }
        bits.push(code, width);
        current = Some(u16::from(pixel));
        if next == MAX_CODES {
            bits.push(CLEAR, width);
            table.clear();
            (next, width) = (END + 1, u32::from(LEAST_BITS) + 1);
            continue;
        }
        table.insert((code, pixel), next);
        // The reader learns this code one step later, so it is the new one that decides the width.
        if next == 1 << width {
            width += 1;
        }
        next += 1;
    }
    if let Some(code) = current {
        bits.push(code, width);
    }
    bits.push(END, width);
    bits.finish()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, code: u16, width: u32) {
        self.held |= u32::from(code) << self.count;
        self.count += width;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.held.to_le_bytes()[0]);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads codes as a viewer does.
    fn expanded(bytes: &[u8]) -> Vec<u8> {
        let mut table: Vec<Vec<u8>> = Vec::new();
        let (mut out, mut width, mut at) = (Vec::new(), 3_usize, 0_usize);
        let mut last: Option<Vec<u8>> = None;
        loop {
            let code = (0..width)
                .fold(0, |code, bit| code | usize::from(bytes[(at + bit) / 8] >> ((at + bit) % 8) & 1) << bit);
            at += width;
            if code == usize::from(END) {
                return out;
            }
            if code == usize::from(CLEAR) {
                table = (0..6).map(|pixel| vec![pixel]).collect();
                (width, last) = (3, None);
                continue;
            }
            let entry = match (table.get(code), &last) {
                (Some(entry), _) => entry.clone(),
                (None, Some(last)) => [last.as_slice(), &last[..1]].concat(),
                (None, None) => panic!("a code before its entry"),
            };
            if let Some(last) = last.filter(|_| table.len() < usize::from(MAX_CODES)) {
                table.push([last.as_slice(), &entry[..1]].concat());
                if table.len() == 1 << width && width < 12 {
                    width += 1;
                }
            }
            out.extend_from_slice(&entry);
            last = Some(entry);
        }
    }

    #[test]
    fn a_viewer_reads_the_same_pixels() {
        let pixels: Vec<u8> = picture::rows("1ZAB12340300000046").into_iter().flatten().map(u8::from).collect();
        assert!(expanded(&compressed(pixels.iter().copied())) == pixels);
        // Nothing repeats: the table fills and is cleared.
        let noise: Vec<u8> = (0_u32..60_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 31 & 1) as u8).collect();
        assert!(expanded(&compressed(noise.iter().copied())) == noise);
    }

    #[test]
    fn a_label_is_landscape_and_holds_its_number() {
        let gif = label("1ZAB12340300000046");
        assert!(gif.starts_with(b"GIF89a") && gif.ends_with(&[0, 0x3b]));
        assert_eq!((&gif[6..8], &gif[8..10]), (&1400_u16.to_le_bytes()[..], &800_u16.to_le_bytes()[..]));
        assert!(gif.windows(18).any(|part| part == b"1ZAB12340300000046"));
    }
}
