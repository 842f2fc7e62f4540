//! Cuts personal data out of a recorded call: each value is replaced by another of the same shape, and the same value by the
//! same other one, wherever it stands in arguments, requests, answers and result.

mod place;
mod texts;
mod words;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::call::{Body, RecordedCall};
use crate::model::question::Question;
use place::{Place, is_moment};
pub use texts::STAND_IN;
use texts::Visit;
use words::{Words, words};

/// Members whose values a plugin goes by, and that are nobody's: numbers of parcels with their check digits, codes, dates.
const KEPT: [&str; 22] = [
    "barcodes",
    "booking_reference",
    "code",
    "confirmation_number",
    "content_type",
    "country",
    "courier_shipment_id",
    "courier_shipment_ids",
    "currency",
    "format",
    "incoterm",
    "kind",
    "label_format",
    "label_size",
    "number",
    "numbers",
    "packaging",
    "related_numbers",
    "service",
    "status",
    "tracking_number",
    "tracking_numbers",
];

/// Shortest word of personal data that is looked for outside its own place, in characters.
const SHORTEST_WORD: usize = 3;

/// Shortest number that is: shorter ones are everywhere.
const SHORTEST_NUMBER: usize = 4;

/// Shortest personal value that is looked for as a whole, in characters: a telephone number in groups has no long word.
const SHORTEST_PHRASE: usize = 6;

/// Shortest word of an address on the web that may be what lets somebody in.
const SHORTEST_TOKEN: usize = 12;

/// Least length of base64 that is a document, in characters.
const DOCUMENT_CHARS: usize = 512;

/// Longest plain field of an account that may be a choice, such as a format, and not a name.
const CHOICE_CHARS: usize = 8;

/// Replaces what is personal in a call, under a key that is nobody's afterwards.
pub fn mask(call: RecordedCall, key: [u8; 32]) -> Option<RecordedCall> {
    let mut mask =
        Mask { words: Words::new(key), learned: BTreeSet::new(), phrases: BTreeSet::new(), kept: BTreeSet::new() };
    let arguments = serde_json::to_value(&call.question).ok()?;
    mask.keep(&arguments, false);
    mask.keep(&call.said, false);
    let mut learn = |text: &str, place: Place| {
        mask.learn(text, place);
        None
    };
    visit(call.clone(), arguments.clone(), &mut learn)?;
    visit(call, arguments, &mut |text, place| mask.other(text, place))
}

struct Mask {
    words: Words,
    /// Words of personal data, in small letters.
    learned: BTreeSet<String>,
    /// Personal values of several words.
    phrases: BTreeSet<String>,
    /// Texts and words that stay.
    kept: BTreeSet<String>,
}

impl Mask {
    fn keep(&mut self, value: &Value, is_kept: bool) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| self.keep(member, KEPT.contains(&name.as_str())));
            }
            Value::Array(items) => items.iter().for_each(|item| self.keep(item, is_kept)),
            Value::String(text) if is_kept => {
                self.kept.insert(text.to_lowercase());
                self.kept.extend(words(text).map(str::to_lowercase));
            }
            _ => {}
        }
    }

    fn learn(&mut self, text: &str, place: Place) {
        if !place.is_personal(text) || is_document(text) {
            return;
        }
        if text.chars().count() >= SHORTEST_PHRASE && words(text).nth(1).is_some() {
            self.phrases.insert(text.to_owned());
        }
        let is_mail = text.contains('@');
        for word in words(text).map(str::to_lowercase) {
            let is_number = word.chars().all(char::is_numeric);
            let shortest = match is_number {
                true => SHORTEST_NUMBER,
                // The end of a mail's address is everywhere, too.
                false => SHORTEST_WORD + usize::from(is_mail),
            };
            if word.chars().count() >= shortest {
                self.learned.insert(word);
            }
        }
    }

    fn other(&self, text: &str, place: Place) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        if is_document(text) {
            return Some(BASE64_STANDARD.encode(STAND_IN));
        }
        let is_kept = |text: &str| self.kept.contains(&text.to_lowercase());
        if is_kept(text) {
            return None;
        }
        if place.is_position {
            return Some(other_position(text));
        }
        if place.is_personal(text) {
            return Some(self.words.replace(text, |_| true));
        }
        if is_moment(text) {
            // A year may be somebody's postal code, and a time must stay one.
            return None;
        }
        let mut text = text.to_owned();
        for phrase in self.phrases.iter().filter(|phrase| !is_kept(phrase)) {
            if text.contains(phrase.as_str()) {
                text = text.replace(phrase.as_str(), &self.words.replace(phrase, |_| true));
            }
        }
        let is_link = text.starts_with("https://") || text.starts_with("http://");
        Some(self.words.replace(&text, |word| {
            let is_token = is_link && word.chars().count() >= SHORTEST_TOKEN;
            (is_token || self.learned.contains(&word.to_lowercase())) && !is_kept(word)
        }))
    }
}

/// Visits every value of a call; `None`: the arguments are none any more.
fn visit(mut call: RecordedCall, mut arguments: Value, visit: &mut Visit<'_>) -> Option<RecordedCall> {
    if let Question::ReceiveWebhook { request } = &mut call.question {
        // Its body is bytes, which no JSON shows.
        request.body = texts::body(&request.body, visit);
        texts::pairs(&mut request.query, visit);
        texts::pairs(&mut request.headers, visit);
    } else {
        if let Some(arguments) = arguments.get_mut("arguments") {
            texts::json(arguments, Place::default(), "", visit);
        }
        call.question = serde_json::from_value(arguments).ok()?;
    }
    for (key, value) in &mut call.facts.fields {
        let place = if is_choice(key, value) { Place::default() } else { Place::PERSONAL };
        if let Some(other) = visit(value, place) {
            *value = other;
        }
    }
    for exchange in &mut call.exchanges {
        let request = &mut exchange.request;
        if let Some(path) = visit(&request.path, Place::default()) {
            request.path = path;
        }
        texts::pairs(&mut request.query, visit);
        texts::pairs(&mut request.headers, visit);
        visit_body(&mut request.body, visit);
        if let Some(answer) = &mut exchange.answer {
            texts::pairs(&mut answer.headers, visit);
            visit_body(&mut answer.body, visit);
        }
        if let Some(failure) = &mut exchange.failure
            && let Some(words) = visit(&failure.message, Place::default())
        {
            failure.message = words;
        }
    }
    texts::json(&mut call.said, Place::default(), "", visit);
    Some(call)
}

fn visit_body(body: &mut Option<Body>, visit: &mut Visit<'_>) {
    if let Some(body) = body {
        *body = Body::of(&texts::body(&body.bytes(), visit));
    }
}

/// Whether an account's plain field chooses something, such as a language or a format, and names nobody.
fn is_choice(key: &str, value: &str) -> bool {
    let is_plain = value.len() <= CHOICE_CHARS && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_plain && !Place::default().below(key).is_personal(value)
}

/// Whether a text is a document: long base64, or a printer's language.
fn is_document(text: &str) -> bool {
    let is_base64 =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n');
    (text.len() >= DOCUMENT_CHARS && text.bytes().all(is_base64)) || text.starts_with("^XA") || text.starts_with("%PDF")
}

/// Another place on earth: the first digit stays, and no digit behind it exceeds what a longitude may have.
fn other_position(text: &str) -> String {
    let mut is_first = true;
    let digits = text.chars().map(|letter| match letter.to_digit(10) {
        Some(_) if is_first => {
            is_first = false;
            letter
        }
        Some(digit) => char::from_digit((digit * 5 + 3) % 8, 10).unwrap_or(letter),
        None => letter,
    });
    digits.collect()
}

#[cfg(test)]
mod tests;
