//! The forms in which a courier may send a secret back: as it is, base64, hexadecimal, UTF-16, percent-encoded,
//! JSON- and XML-escaped.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

/// Shortest value that is looked for inside the base64 of a longer text, in bytes.
const MIN_INSIDE_BYTES: usize = 8;

/// One spelling of a secret.
pub type Spelling = Zeroizing<Vec<u8>>;

/// Returns every spelling of a value, the value itself first, without repetitions.
pub fn spellings(value: &str) -> Vec<Spelling> {
    let mut all: Vec<Spelling> = Vec::with_capacity(24);
    let mut add = |text: Vec<u8>| {
        let text = Zeroizing::new(text);
        if !text.is_empty() && !all.contains(&text) {
            all.push(text);
        }
    };
    add(value.as_bytes().to_vec());
    // With its end and without: what follows an unpadded form is not ours to swallow.
    for encoded in [STANDARD.encode(value), URL_SAFE.encode(value)] {
        add(encoded.trim_end_matches('=').as_bytes().to_vec());
        add(encoded.into_bytes());
    }
    for digits in [hex::encode(value), hex::encode_upper(value)] {
        add(digits.into_bytes());
    }
    add(value.encode_utf16().flat_map(u16::to_le_bytes).collect());
    add(value.encode_utf16().flat_map(u16::to_be_bytes).collect());
    // Of a short value too little is left inside a longer text to be told from other words.
    let offsets = if value.len() < MIN_INSIDE_BYTES { 0..0 } else { 0..3 };
    for offset in offsets {
        for inner in base64_inside(value.as_bytes(), offset) {
            add(inner);
        }
    }
    // Some writers escape all but letters and digits.
    for is_upper in [true, false] {
        add(percent_encode(value, |byte| byte.is_ascii_alphanumeric(), is_upper, false));
    }
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        // Nearly every key and token: nobody else escapes these.
        return all;
    }
    for is_kept in [is_unreserved, is_component, is_form] {
        for is_upper in [true, false] {
            for plus in [true, false] {
                add(percent_encode(value, is_kept, is_upper, plus));
            }
        }
    }
    for flags in 0..16 {
        let writer =
            JsonWriter { slash: flags & 1 != 0, ascii: flags & 2 != 0, html: flags & 4 != 0, upper: flags & 8 != 0 };
        let escaped = Zeroizing::new(json_escape(value, writer));
        // JSON inside a JSON string, as gateways wrap the errors of what is behind them.
        add(json_escape(&escaped, writer).into_bytes());
        add(escaped.as_bytes().to_vec());
    }
    add(xml_escape(value).into_bytes());
    add(xml_escape(value).replace("&quot;", "\"").replace("&apos;", "'").into_bytes());
    add(xml_escape(value).replace("&quot;", "&#34;").replace("&apos;", "&#39;").into_bytes());
    add(xml_escape(value).replace("&apos;", "&#39;").into_bytes());
    add(xml_escape(value).replace("&quot;", "&#x22;").replace("&apos;", "&#x27;").into_bytes());
    all
}

/// Escapes text for XML content and attributes.
pub fn xml_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 6);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The characters that stand in the base64 of any text that holds the value, `offset` bytes after a multiple of three:
/// the secret inside `user:secret` of an unknown user.
fn base64_inside(value: &[u8], offset: usize) -> [Vec<u8>; 2] {
    let mut padded = Zeroizing::new(vec![0u8; offset]);
    padded.extend_from_slice(value);
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let cut = |encoded: String| encoded.as_bytes().get(first..last).unwrap_or_default().to_vec();
    [cut(STANDARD.encode(&*padded)), cut(URL_SAFE.encode(&*padded))]
}

/// RFC 3986.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// JavaScript's `encodeURIComponent`.
fn is_component(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'!' | b'\'' | b'(' | b')' | b'*')
}

/// HTML forms.
fn is_form(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*')
}

fn percent_encode(value: &str, is_kept: fn(u8) -> bool, is_upper: bool, plus: bool) -> Vec<u8> {
    let digits: &[u8; 16] = if is_upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut encoded = Vec::with_capacity(value.len() * 3);
    for byte in value.bytes() {
        match byte {
            b' ' if plus => encoded.push(b'+'),
            kept if is_kept(kept) => encoded.push(kept),
            other => encoded.extend([b'%', digits[usize::from(other >> 4)], digits[usize::from(other & 15)]]),
        }
    }
    encoded
}

/// How different writers escape JSON beyond what must be: PHP slashes and all but ASCII, Python all but ASCII, Gson what HTML
/// minds, System.Text.Json that and all but ASCII in upper case.
#[derive(Clone, Copy)]
struct JsonWriter {
    slash: bool,
    ascii: bool,
    html: bool,
    upper: bool,
}

fn json_escape(value: &str, writer: JsonWriter) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(value.len() * 6);
    for c in value.chars() {
        // Not DEL: writers escape what JSON wants escaped, and what is not ASCII.
        let is_escaped = c < ' '
            || (writer.ascii && !c.is_ascii())
            || (writer.html && matches!(c, '<' | '>' | '&' | '\'' | '=' | '+' | '`'));
        match c {
            '"' if writer.html && writer.ascii => escaped.push_str("\\u0022"),
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '/' if writer.slash => escaped.push_str("\\/"),
            c if is_escaped => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing into a String cannot fail.
                    let _ = match writer.upper {
                        true => write!(escaped, "\\u{unit:04X}"),
                        false => write!(escaped, "\\u{unit:04x}"),
                    };
                }
            }
            other => escaped.push(other),
        }
    }
    escaped
}
