//! Answers that no documentation promised: generated from recorded ones.

mod json;

pub use json::LONG_TEXT;

use crate::exchange::{Answer, FailureKind, HostFailure};

/// Statuses that an answer is given instead of its own.
const STATUSES: [u16; 15] = [200, 204, 301, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503];
/// Levels of nesting: far more than any reader's stack.
const DEEP: usize = 100_000;
/// Bytes of a giant text: no courier's words, and still well within what a call may receive.
const GIANT_BYTES: usize = 1 << 20;
/// The wait that 429 and 503 ask for, seconds.
const RETRY_AFTER_S: &str = "7";

/// What was done to an answer, as far as it decides what a plugin must make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// The connection broke.
    NoConnection,
    /// No answer came in time.
    NoAnswer,
    /// Another status, and a page of HTML that tells nothing.
    Status(u16),
    /// Another status over the recorded body.
    StatusAlone(u16),
    /// The recorded status, and a body that is no JSON and nothing else that the courier documents.
    Unreadable,
    /// JSON that is not as documented, or a body that a lenient reader may understand.
    Odd,
}

/// A damaged answer.
#[derive(Debug, Clone)]
pub struct Damage {
    /// The kind, such as `empty body`: the same words for every answer.
    pub kind: &'static str,
    /// What exactly was done.
    pub what: String,
    /// What it means.
    pub harm: Harm,
    /// The answer.
    pub answer: Result<Answer, HostFailure>,
}

impl Damage {
    fn new(kind: &'static str, harm: Harm, answer: Result<Answer, HostFailure>) -> Self {
        Self { kind, what: kind.to_owned(), harm, answer }
    }
}

/// Every damage to one answer, the places of JSON at most `max_places` of them, evenly spread.
pub fn damaged(answer: &Result<Answer, HostFailure>, max_places: usize) -> Vec<Damage> {
    let mut all = failures();
    let Ok(answer) = answer else {
        return all;
    };
    all.extend(statuses(answer));
    all.extend(bodies(answer));
    all.extend(json::damaged(answer, max_places));
    all
}

fn failures() -> Vec<Damage> {
    let broken = HostFailure {
        request_sent: true,
        ..HostFailure::new(FailureKind::Unavailable, "connection-broken", "the connection broke")
    };
    let late = HostFailure {
        request_sent: true,
        ..HostFailure::new(FailureKind::Timeout, "no-answer", "the courier did not answer in time")
    };
    vec![
        Damage::new("connection failure", Harm::NoConnection, Err(broken)),
        Damage::new("timeout", Harm::NoAnswer, Err(late)),
    ]
}

fn statuses(answer: &Answer) -> Vec<Damage> {
    let html = b"<html>\xff<h1>Oops</h1></html>".to_vec();
    let mut all = Vec::new();
    for status in STATUSES {
        let kind = status_word(status);
        let mut headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        if matches!(status, 429 | 503) {
            headers.push(("retry-after".to_owned(), RETRY_AFTER_S.to_owned()));
        }
        let alone = Answer { status, ..answer.clone() };
        all.push(Damage {
            what: format!("status {status} over the recorded body"),
            ..Damage::new(kind, Harm::StatusAlone(status), Ok(alone))
        });
        let body = if status == 204 { Vec::new() } else { html.clone() };
        all.push(Damage {
            what: format!("status {status} and HTML"),
            ..Damage::new(kind, Harm::Status(status), Ok(Answer { status, headers, body }))
        });
    }
    all
}

fn status_word(status: u16) -> &'static str {
    match status {
        200 => "HTML with 200",
        204 => "status 204",
        301 | 302 => "a redirect",
        400 | 418 | 422 => "status 400",
        401 => "status 401",
        403 => "status 403",
        404 => "status 404",
        409 => "status 409",
        429 => "status 429 with retry-after",
        500 | 502 => "status 500",
        _ => "status 503",
    }
}

fn bodies(answer: &Answer) -> Vec<Damage> {
    let mut all = Vec::new();
    let mut add = |kind: &'static str, harm: Harm, what: String, body: Vec<u8>| {
        all.push(Damage { what, ..Damage::new(kind, harm, Ok(Answer { body, ..answer.clone() })) });
    };
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    for body in ["", " ", "\r\n"] {
        add("empty body", Harm::Unreadable, format!("the body {body:?}"), body.as_bytes().to_vec());
    }
    for body in ["null", "[]", "{}", "\"\"", "0", "true", "[null]"] {
        add("another kind of JSON", Harm::Odd, format!("the body {body}"), body.as_bytes().to_vec());
    }
    add("XML", Harm::Unreadable, "the body <a/>".to_owned(), b"<?xml version=\"1.0\"?><a/>".to_vec());
    add("garbage", Harm::Unreadable, "random bytes".to_owned(), garbage());
    for part in 1..8 {
        let length = answer.body.len() * part / 8;
        let harm = if length == 0 { Harm::Odd } else { Harm::Unreadable };
        add("half an answer", harm, format!("the first {length} bytes"), answer.body[..length].to_vec());
    }
    let mut cut = b"{\"text\": \"\xc3\xa5\xe2\x82".to_vec();
    add("truncated UTF-8", Harm::Unreadable, "a character cut in two".to_owned(), cut.clone());
    cut.extend(b"\"}");
    add("invalid UTF-8", Harm::Odd, "half a character in a text".to_owned(), cut);
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    add("wrong encoding", Harm::Odd, "UTF-16".to_owned(), [vec![0xff, 0xfe], utf_16].concat());
    let latin_1: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
    add("wrong encoding", Harm::Odd, "Latin-1".to_owned(), latin_1);
    add(
        "byte order mark",
        Harm::Odd,
        "a BOM first".to_owned(),
        [b"\xef\xbb\xbf".to_vec(), answer.body.clone()].concat(),
    );
    for (what, open) in [("lists", "["), ("objects", "{\"a\":")] {
        add("deep nesting", Harm::Unreadable, format!("{DEEP} {what}"), open.repeat(DEEP).into_bytes());
    }
    add("giant text", Harm::Unreadable, "a megabyte of text".to_owned(), vec![b'x'; GIANT_BYTES]);
    all
}

/// The same bytes every time: a run must be repeatable.
fn garbage() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    // Not an opening of JSON or XML, whatever follows.
    std::iter::once(0x01).chain(std::iter::repeat_with(&mut next).take(511)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_more_than_twenty_kinds_and_they_are_the_same_every_time() {
        let body = br#"{"number": "A1", "events": [{"code": "DEL", "weight": 2.5}]}"#.to_vec();
        let answer = Ok(Answer { status: 200, headers: Vec::new(), body });
        let all = damaged(&answer, 10);
        let kinds: BTreeSet<&str> = all.iter().map(|damage| damage.kind).collect();
        assert!(kinds.len() >= 25, "{kinds:?}");
        let again = damaged(&answer, 10);
        assert!(all.iter().zip(&again).all(|(one, other)| one.what == other.what && one.answer == other.answer));
    }
}
