//! UPS's errors: `{"response":{"errors":[{"code","message"}]}}` on all APIs, whatever the status.

use crossdock_sdk::types::{FailureKind, Level, Message};
use crossdock_sdk::{Failure, FromJson, Response};

/// Codes whose kind the HTTP status does not tell, or not surely. CONFIRMED unless marked.
const KINDS: &[(&str, FailureKind)] = &[
    ("250002", FailureKind::Auth),
    ("250003", FailureKind::Auth),
    ("251004", FailureKind::Auth),
    ("UJ0001", FailureKind::Auth),
    ("10401", FailureKind::Auth), // REPORTED
    ("10403", FailureKind::Auth),
    ("10429", FailureKind::RateLimited), // REPORTED
    ("10004", FailureKind::Unavailable),
    ("10500", FailureKind::Unavailable),
    ("VSS100", FailureKind::Unavailable),
    ("TV1002", FailureKind::InvalidInput),
    ("TW0001", FailureKind::NotFound),
];

#[derive(Debug, FromJson)]
struct Body {
    response: Errors,
}

#[derive(Debug, FromJson)]
struct Errors {
    errors: Vec<Note>,
}

/// A code with words: an error, a warning or an alert.
#[derive(Debug, Default, Clone, FromJson)]
#[json(default)]
pub struct Note {
    #[json(alias = "Code")]
    pub code: String,
    #[json(alias = "Description", alias = "description")]
    pub message: String,
}

impl Note {
    /// As a message beside an answer.
    pub fn warning(self) -> Message {
        Message { level: Level::Warning, ..self.note() }
    }

    /// The same of what only informs.
    pub fn note(self) -> Message {
        Message { level: Level::Note, code: self.code, text: self.message, ..Message::default() }
    }
}

/// Reads a success, or makes a failure of whatever else it is.
pub fn read<T: FromJson>(response: &Response) -> Result<T, Failure> {
    if !response.is_success() {
        return Err(failure(response));
    }
    // Errors may come with 200 too (REPORTED); then the answer's own root is missing.
    response.read().map_err(|unreadable| match errors(response).is_empty() {
        true => unreadable,
        false => failure(response),
    })
}

/// A part of an answer that could not be read, beside those that could.
pub fn unreadable(what: &str, words: &str) -> Message {
    let text = format!("a part of UPS's answer cannot be read and is left out: {what}{words}");
    Message { level: Level::Warning, code: "unreadable".to_owned(), text, ..Message::default() }
}

/// The failure that an answer is: the first error decides its kind and code.
pub fn failure(response: &Response) -> Failure {
    let errors = errors(response);
    let Some(first) = errors.first() else {
        let status = response.status();
        return response.failure(format!("http-{status}"), format!("UPS answered with status {status} and no error"));
    };
    let known = KINDS.iter().find(|(code, _)| *code == first.code).map(|(_, kind)| *kind);
    let kind = known.unwrap_or_else(|| FailureKind::of_status(response.status()));
    // UPS repeats the client id in this one.
    let message = match first.code.as_str() {
        "10401" => "UPS does not know this client id".to_owned(),
        _ => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "),
    };
    response.failure_of(kind, first.code.clone(), message)
}

/// The same with pointers into a request, for operations that take a shipment: each error stands where its words point.
pub fn located(response: &Response, locate: impl Fn(&Note) -> String) -> Failure {
    let mut failure = failure(response);
    if failure.kind == FailureKind::InvalidInput {
        for error in errors(response) {
            failure = failure.problem(locate(&error), error.code.clone(), error.message);
        }
    }
    failure
}

/// Where in a shipment an error is, by the words of UPS's message (ASSUMED: UPS names no member).
pub fn pointer(prefix: &str, error: &Note) -> String {
    let words = error.message.to_ascii_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    let party = if says(&["shipto", "ship to", "consignee", "destination", "receiver"]) {
        Some("recipient")
    } else if says(&["shipfrom", "ship from", "shipper's", "shipper ", "origin"]) && !says(&["number", "account"]) {
        Some("sender")
    } else {
        None
    };
    let member = if says(&["postal", "zip"]) {
        "postal_code"
    } else if says(&["state", "province"]) {
        "region"
    } else if says(&["city"]) {
        "city"
    } else if says(&["country"]) {
        "country"
    } else if says(&["phone"]) {
        "phone"
    } else if says(&["addressline", "address line", "street"]) {
        "lines"
    } else {
        ""
    };
    let place = match (party, member) {
        // 111600 is "BillShipper payment method is not valid" (CONFIRMED).
        _ if error.code == "111600" || says(&["billshipper", "bill shipper", "payment", "bill receiver"]) => {
            "/payments".to_owned()
        }
        (Some(party), "") => format!("/{party}"),
        (Some(party), member) => format!("/{party}/{member}"),
        _ if says(&["weight"]) => "/parcels/0/weight_grams".to_owned(),
        _ if says(&["dimension", "length", "width", "height", "girth"]) => "/parcels/0".to_owned(),
        _ if says(&["packaging"]) => "/parcels/0/packaging".to_owned(),
        _ if says(&["reference"]) => "/references".to_owned(),
        _ if says(&["customs", "international form", "invoice", "commodity"]) => "/customs".to_owned(),
        _ if says(&["service"]) => "/service".to_owned(),
        (None, "") => return String::new(),
        (None, member) => format!("/recipient/{member}"),
    };
    format!("{prefix}{place}")
}

/// Whether it names an error, whatever its status.
pub fn is_error(response: &Response) -> bool {
    !errors(response).is_empty()
}

fn errors(response: &Response) -> Vec<Note> {
    response.read::<Body>().map(|body| body.response.errors).unwrap_or_default()
}
