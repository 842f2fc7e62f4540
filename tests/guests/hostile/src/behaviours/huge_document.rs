//! Answers with a document that is one byte larger than it may be.

use crossdock_sdk::Call;
use crossdock_sdk::types::{self, Document, DocumentContent, Failure};

use crate::plain;

pub fn misbehave(_: &Call, number: &str) -> Vec<Result<types::Tracking, Failure>> {
    let document = Document {
        category: "other".to_owned(),
        format: "pdf".to_owned(),
        content: DocumentContent::Bytes(vec![b'%'; (5 << 20) + 1]),
        ..Document::default()
    };
    vec![Ok(types::Tracking { proof_of_delivery: vec![document], ..plain(number) })]
}
