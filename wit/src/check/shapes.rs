//! The shapes of names, addresses and patterns.

use regex_lite::Regex;

/// Longest pattern, bytes. The engine is linear in the text, so that a longer one only costs memory.
const MAX_PATTERN_BYTES: usize = 500;

/// Longest address or path, bytes.
const MAX_URL_BYTES: usize = 500;

/// Whether it can be a courier's id.
pub fn is_courier_id(text: &str) -> bool {
    is_name(text) && text.len() >= 2
}

/// Whether it can name an account kind, an endpoint, a scheme or a token.
pub fn is_name(text: &str) -> bool {
    starts_with_letter(text) && text.len() <= 32 && text.bytes().all(|byte| is_small(byte) || byte == b'-')
}

/// Whether it can be a credential field's key.
pub fn is_key(text: &str) -> bool {
    starts_with_letter(text) && text.len() <= 64 && text.bytes().all(|byte| is_small(byte) || byte == b'_')
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
}

fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether it is two capital letters.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Says what is wrong with an endpoint's base address, if anything.
pub fn base_url_flaw(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("https://") else {
        return Some("an https address");
    };
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    if url.len() > MAX_URL_BYTES || !is_host(name) {
        return Some("a host name in lower case, without user or password");
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some("a port from 1 to 65535");
    }
    if url.ends_with('/') {
        return Some("no slash at the end");
    }
    match path.is_empty() || is_path(&format!("/{path}")) {
        true => None,
        false => Some("a plain path: no query, no fragment, no `..`, no empty segment"),
    }
}

/// Whether it is a plain path from `/` on; a slash at its end is allowed.
pub fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let segments = rest.strip_suffix('/').unwrap_or(rest);
    let is_segment = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"?#\\\"<>^`%".contains(&byte);
    path.len() <= MAX_URL_BYTES
        && path.bytes().all(is_plain)
        && (segments.is_empty() || segments.split('/').all(is_segment))
}

/// Whether it is a host name in lower case with a dot in it; no address, no dot at the end.
pub fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|byte| is_small(byte) || byte == b'-');
        !label.is_empty() && label.len() <= 63 && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label) && !is_number
}

/// Whether it is a name that HTTP allows for a header.
pub fn is_header_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.len() <= 64 && name.bytes().all(is_token)
}

/// Whether it is a JSON Pointer to something inside a document.
pub fn is_pointer(pointer: &str) -> bool {
    let is_escaped = |part: &str| part.starts_with('0') || part.starts_with('1');
    pointer.starts_with('/') && pointer.len() <= MAX_URL_BYTES && pointer.split('~').skip(1).all(is_escaped)
}

/// Whether it is one line of text that a header or a form can hold.
pub fn is_line(text: &str) -> bool {
    text.len() <= MAX_URL_BYTES && !text.chars().any(char::is_control)
}

/// Compiles a pattern so that it must match the whole text.
///
/// # Errors
///
/// Why it does not compile.
pub fn whole(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(format!("a pattern has at most {MAX_PATTERN_BYTES} bytes"));
    }
    Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("the pattern cannot be read: {error}"))
}
