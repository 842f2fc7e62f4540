//! Cuts values out of an answer before a guest sees it. The answer is scanned once, as text: no tree of it is built.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::model::exchange::{Keep, KeepEncoding};

/// Most values kept in a call: a booking of 100 parcels has a label and a receipt for each.
const MAX_KEPT: usize = 200;
/// Most bytes kept in a call: 100 labels of 200 kB.
const MAX_KEPT_BYTES: usize = 20 * 1024 * 1024;
/// Deepest JSON that is scanned; serde_json's limit too.
const MAX_DEPTH: usize = 128;
/// Takes what couriers send: padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The values that were cut out in one call, by their numbers.
#[derive(Default)]
pub struct Kept {
    values: Vec<Option<Vec<u8>>>,
    bytes: usize,
}

impl Kept {
    /// Hands a value out, once.
    pub fn take(&mut self, n: u32) -> Option<Vec<u8>> {
        self.values.get_mut(n as usize)?.take()
    }

    /// Cuts the values that `keeps` point to and leaves `kept:<n>` in their places. A pointer that meets nothing, or a
    /// value that is not in its encoding, keeps nothing. Returns the numbers of what was kept; `None`: more than a call may keep.
    pub fn cut(&mut self, body: &mut Vec<u8>, keeps: &[Keep]) -> Option<Range<usize>> {
        let first = self.values.len();
        if keeps.iter().any(|keep| keep.encoding == KeepEncoding::Body) && !body.is_empty() {
            let mark = format!("kept:{first}").into_bytes();
            self.add(std::mem::replace(body, mark))?;
            return Some(first..self.values.len());
        }
        if keeps.is_empty() {
            return Some(first..first);
        }
        let mut found = Scanner::new(body, keeps).scan().unwrap_or_default();
        found.sort_by_key(|(range, _)| range.start);
        let mut rest = Vec::with_capacity(body.len().min(64 * 1024));
        let mut from = 0;
        for (range, encoding) in found {
            let Some(value) = decode(&body[range.clone()], encoding).filter(|_| range.start >= from) else {
                continue;
            };
            rest.extend_from_slice(&body[from..range.start]);
            rest.extend_from_slice(format!("\"kept:{}\"", self.values.len()).as_bytes());
            from = range.end;
            self.add(value)?;
        }
        rest.extend_from_slice(&body[from..]);
        *body = rest;
        Some(first..self.values.len())
    }

    /// Lets the scrubber look at what was kept.
    pub fn each_mut(&mut self, range: Range<usize>) -> impl Iterator<Item = &mut Vec<u8>> {
        self.values[range].iter_mut().flatten()
    }

    fn add(&mut self, value: Vec<u8>) -> Option<()> {
        self.bytes += value.len();
        if self.values.len() >= MAX_KEPT || self.bytes > MAX_KEPT_BYTES {
            return None;
        }
        self.values.push(Some(value));
        Some(())
    }
}

fn decode(json: &[u8], encoding: KeepEncoding) -> Option<Vec<u8>> {
    if encoding == KeepEncoding::ByteArray {
        return serde_json::from_slice(json).ok();
    }
    let text: String = serde_json::from_slice(json).ok()?;
    match encoding {
        KeepEncoding::Text => Some(text.into_bytes()),
        KeepEncoding::Hex => hex::decode(text.trim()).ok(),
        KeepEncoding::Base64 => {
            let mut bytes = text.into_bytes();
            // Some couriers break lines, as MIME does.
            bytes.retain(|byte| !byte.is_ascii_whitespace());
            BASE64.decode(&bytes).ok()
        }
        KeepEncoding::ByteArray | KeepEncoding::Body => None,
    }
}

/// Walks through JSON text and notes where the values are that some pointers mean.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    pointers: Vec<(Vec<String>, KeepEncoding)>,
    found: Vec<(Range<usize>, KeepEncoding)>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a [u8], keeps: &[Keep]) -> Self {
        let pointers = keeps.iter().filter_map(|keep| {
            let segments = match keep.pointer.as_str() {
                "" => Vec::new(),
                pointer => pointer.strip_prefix('/')?.split('/').map(unescape).collect(),
            };
            Some((segments, keep.encoding))
        });
        Self { text, at: 0, pointers: pointers.collect(), found: Vec::new() }
    }

    fn scan(mut self) -> Option<Vec<(Range<usize>, KeepEncoding)>> {
        let all: Vec<usize> = (0..self.pointers.len()).collect();
        self.value(0, &all)?;
        Some(self.found)
    }

    /// Reads one value; `meant` are the pointers whose first `depth` segments lead here.
    fn value(&mut self, depth: usize, meant: &[usize]) -> Option<()> {
        self.blanks();
        let start = self.at;
        match self.text.get(start)? {
            _ if depth > MAX_DEPTH => return None,
            b'"' => self.string()?,
            b'{' => self.members(depth, meant)?,
            b'[' => self.items(depth, meant)?,
            _ => self.word()?,
        }
        let here = meant.iter().find(|index| self.pointers[**index].0.len() == depth);
        if let Some(index) = here {
            self.found.push((start..self.at, self.pointers[*index].1));
        }
        Some(())
    }

    fn members(&mut self, depth: usize, meant: &[usize]) -> Option<()> {
        self.at += 1;
        loop {
            self.blanks();
            match self.text.get(self.at)? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let start = self.at;
                    self.string()?;
                    let inner = match meant.is_empty() {
                        true => Vec::new(),
                        false => {
                            let key: String = serde_json::from_slice(&self.text[start..self.at]).ok()?;
                            self.meant_by(depth, meant, |segment| *segment == key)
                        }
                    };
                    self.blanks();
                    if self.text.get(self.at)? != &b':' {
                        return None;
                    }
                    self.at += 1;
                    self.value(depth + 1, &inner)?;
                }
            }
        }
        self.at += 1;
        Some(())
    }

    fn items(&mut self, depth: usize, meant: &[usize]) -> Option<()> {
        self.at += 1;
        let mut index = 0usize;
        loop {
            self.blanks();
            match self.text.get(self.at)? {
                b']' => break,
                b',' => self.at += 1,
                _ => {
                    let inner = match meant.is_empty() {
                        true => Vec::new(),
                        false => {
                            let number = index.to_string();
                            self.meant_by(depth, meant, |segment| segment == "*" || *segment == number)
                        }
                    };
                    self.value(depth + 1, &inner)?;
                    index += 1;
                }
            }
        }
        self.at += 1;
        Some(())
    }

    fn meant_by(&self, depth: usize, meant: &[usize], is_here: impl Fn(&String) -> bool) -> Vec<usize> {
        meant.iter().copied().filter(|index| self.pointers[*index].0.get(depth).is_some_and(&is_here)).collect()
    }

    fn string(&mut self) -> Option<()> {
        if self.text.get(self.at)? != &b'"' {
            return None;
        }
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let offset = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            let is_end = rest[offset] == b'"';
            self.at += offset + if is_end { 1 } else { 2 };
            if is_end {
                return Some(());
            }
            if self.at > self.text.len() {
                return None;
            }
        }
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then_some(())
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(pointer: &str, encoding: KeepEncoding) -> Keep {
        Keep { pointer: pointer.to_owned(), encoding }
    }

    #[test]
    fn values_are_cut_in_every_encoding() {
        let mut body = br#"{"labels": [{"pdf":"aGVs\nbG8", "n":1}, {"pdf":"d29ybGQ="}], "hex":"00ff", "bytes":[1, 255], "t":"a\u00e5", "x/y":"keep~"}"#.to_vec();
        let keeps = [
            keep("/labels/*/pdf", KeepEncoding::Base64),
            keep("/hex", KeepEncoding::Hex),
            keep("/bytes", KeepEncoding::ByteArray),
            keep("/t", KeepEncoding::Text),
            keep("/x~1y", KeepEncoding::Base64),
            keep("/nowhere", KeepEncoding::Text),
        ];
        let mut kept = Kept::default();
        assert_eq!(kept.cut(&mut body, &keeps), Some(0..5));
        let expected = r#"{"labels": [{"pdf":"kept:0", "n":1}, {"pdf":"kept:1"}], "hex":"kept:2", "bytes":"kept:3", "t":"kept:4", "x/y":"keep~"}"#;
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        assert_eq!(kept.take(0).unwrap(), b"hello");
        assert_eq!(kept.take(0), None);
        assert_eq!(kept.take(1).unwrap(), b"world");
        assert_eq!(kept.take(2).unwrap(), [0, 255]);
        assert_eq!(kept.take(3).unwrap(), [1, 255]);
        assert_eq!(kept.take(4).unwrap(), "aå".as_bytes());
        let mut body = b"%PDF".to_vec();
        assert_eq!(kept.cut(&mut body, &[keep("", KeepEncoding::Body)]), Some(5..6));
        assert_eq!((body.as_slice(), kept.take(5).unwrap().as_slice()), (&b"kept:5"[..], &b"%PDF"[..]));
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        for text in ["", "<a/>", "{\"a\":", "{\"a\" 1}", "[1", "\"\\", "{\"a\":\"b\"", &"[".repeat(100_000)] {
            let mut body = text.as_bytes().to_vec();
            let cut = Kept::default().cut(&mut body, &[keep("/a", KeepEncoding::Text)]);
            assert_eq!((cut, body.as_slice()), (Some(0..0), text.as_bytes()));
        }
    }
}
